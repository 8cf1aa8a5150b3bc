namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>A process that listens on a port, as the host tells of it. Of its arguments only those of etcd that say whose it is.</summary>
/// <param name="Id">Process ID.</param>
/// <param name="Name">The program's name.</param>
/// <param name="Unit">The systemd unit or container scope; empty when it is in none.</param>
/// <param name="EtcdName">etcd's <c>--name</c>; null when it has none.</param>
/// <param name="EtcdDataDirectory">etcd's <c>--data-dir</c>; null when it has none.</param>
internal sealed record HostProcess(int Id, string Name, string Unit, string? EtcdName, string? EtcdDataDirectory)
{
    /// <summary>True for an etcd, whosever it is.</summary>
    public bool IsEtcd => Name == "etcd";

    /// <summary>True for the etcd that the member's manifest starts.</summary>
    /// <param name="subject">The member.</param>
    public bool IsMember(PreflightSubject subject) => IsEtcd && EtcdName == subject.Member.Name && EtcdDataDirectory == subject.Topology.DataDirectory;

    /// <summary><c>nc (process 4711, session-3.scope)</c>.</summary>
    public override string ToString()
    {
        string unit = Unit.Length == 0 ? "" : ", " + Unit;
        string etcd = IsEtcd ? $", name {EtcdName ?? "default"}, data in {EtcdDataDirectory ?? "an unknown place"}" : "";
        return $"{Name} (process {Id}{unit}{etcd})";
    }
}
