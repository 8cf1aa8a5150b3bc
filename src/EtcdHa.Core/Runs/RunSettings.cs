namespace EtcdHa.Core.Runs;

/// <summary>How a run goes about its steps.</summary>
public sealed record RunSettings
{
    /// <summary>How many hosts are worked on at a time, from 1.</summary>
    public int ThrottleLimit { get; init; } = 16;

    /// <summary>Time a kubelet has to come up after its restart.</summary>
    public TimeSpan KubeletTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time the cluster has to be healthy before and after a member is restarted.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Time enough members must have been healthy before the next one is restarted.</summary>
    public TimeSpan SteadyTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time the kubelet has to restart etcd after its manifest changed. It rescans the folder every 20 s at the latest.</summary>
    public TimeSpan EtcdRestartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pause between two questions, and the first pause before a connection that broke is opened again.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Version of the module, for the record.</summary>
    public string ModuleVersion { get; init; } = "";
}
