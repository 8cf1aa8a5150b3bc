using System.Globalization;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>A port that a host's connections are tried to, and whether anybody listens there.</summary>
/// <param name="Member">The member it belongs to.</param>
/// <param name="Port">The port.</param>
/// <param name="IsListening">True when etcd or a temporary listener does; false when nobody does; null when the host could not be looked at.</param>
internal sealed record ReachableEndpoint(EtcdMember Member, int Port, bool? IsListening)
{
    /// <summary><c>infra1:2380</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Member.Name}:{Port}");
}
