namespace EtcdHa.Core.Tests.Topology;

/// <summary>The page's cluster, as the golden files have it.</summary>
internal static class Samples
{
    /// <summary>infra0 to infra2 at 10.0.0.6 to 10.0.0.8, everything else default, no token.</summary>
    public static EtcdTopology Page(string version = "v1.36.3") => new()
    {
        KubernetesVersion = version,
        Members = [new("infra0", "10.0.0.6"), new("infra1", "10.0.0.7"), new("infra2", "10.0.0.8")],
    };

    /// <summary>The same on IPv6.</summary>
    public static EtcdTopology PageOnIPv6(string version = "v1.36.3") => new()
    {
        KubernetesVersion = version,
        Members = [new("infra0", "fd00:10::6"), new("infra1", "fd00:10::7"), new("infra2", "fd00:10::8")],
    };
}
