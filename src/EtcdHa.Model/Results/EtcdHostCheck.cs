namespace EtcdHa;

/// <summary>One check of one host before anything is touched.</summary>
public sealed record EtcdHostCheck : EtcdMemberResult
{
    /// <summary>The SSH target the check used.</summary>
    public required string HostName { get; init; }

    /// <summary>What was checked.</summary>
    public required EtcdHostCheckKind Check { get; init; }

    /// <summary>What of it, where there are several: a path, a port (<c>2379</c>), another member and its port (<c>infra1:2380</c>); else empty.</summary>
    public string Target { get; init; } = "";

    /// <summary>How much it matters.</summary>
    public required EtcdCheckSeverity Severity { get; init; }

    /// <summary>What was found, in words.</summary>
    public required string Finding { get; init; }

    /// <summary>What to do about it; empty when there is nothing to do.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>
    /// What was found, typed, where it has a type: Clock and DiskLatency a TimeSpan (skew, positive when ahead; the 99th percentile), DiskSpace the
    /// free bytes (Int64), DataDirectory an EtcdDataOwner, Certificates the DateTimeOffset at which the first one ends, Port the process ID (Int32), KubeletVersion, Kubeadm,
    /// ContainerRuntime, CgroupDriver, Image, SecurityModule and Systemd a String; else null.
    /// </summary>
    public object? Value { get; init; }

    /// <summary>The stable id of the error a later step would end with, explained in about_EtcdHa_Errors; null when it has none.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Severity, member, check and finding.</summary>
    public override string ToString() => $"{Severity}: {Member}: {Check}: {Finding}";
}
