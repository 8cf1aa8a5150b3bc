namespace EtcdHa.Core.Kubelet;

/// <summary>A container runtime whose socket was found on a host.</summary>
/// <param name="Runtime">Which one.</param>
/// <param name="Socket">Path of the socket.</param>
/// <param name="CgroupDriver"><c>systemd</c> or <c>cgroupfs</c>; null when it could not be told.</param>
/// <param name="Version">The runtime's version; null when it could not be told.</param>
/// <param name="ServesCri">False for a containerd whose CRI plugin is disabled, as Docker's packages leave it.</param>
public sealed record FoundRuntime(EtcdContainerRuntime Runtime, string Socket, string? CgroupDriver, Version? Version = null, bool ServesCri = true)
{
    /// <summary>The endpoint, <c>unix://…</c>.</summary>
    public string Endpoint => "unix://" + Socket;

    /// <summary>True when it tells the kubelet its cgroup driver by the CRI (containerd 2.0).</summary>
    public bool TellsDriver => Runtime == EtcdContainerRuntime.Containerd && Version?.Major >= 2;

    /// <summary>The file that sets the runtime's cgroup driver, and how.</summary>
    public string DriverSetting => Runtime switch
    {
        EtcdContainerRuntime.Containerd => "/etc/containerd/config.toml (SystemdCgroup)",
        EtcdContainerRuntime.CriO => "/etc/crio/crio.conf (cgroup_manager)",
        _ => "/etc/docker/daemon.json (exec-opts native.cgroupdriver)",
    };

    /// <summary>Whether an endpoint or path is this socket; <c>/var/run</c> is <c>/run</c>.</summary>
    /// <param name="endpoint">With or without <c>unix://</c>.</param>
    public bool IsAt(string endpoint) => Canonical(endpoint) == Canonical(Socket);

    /// <summary><c>Containerd (unix:///run/containerd/containerd.sock)</c>.</summary>
    public override string ToString() => $"{Runtime} ({Endpoint})";

    private static string Canonical(string endpoint)
    {
        string path = endpoint.StartsWith("unix://", StringComparison.Ordinal) ? endpoint["unix://".Length..] : endpoint;
        return path.StartsWith("/var/run/", StringComparison.Ordinal) ? path["/var".Length..] : path;
    }
}
