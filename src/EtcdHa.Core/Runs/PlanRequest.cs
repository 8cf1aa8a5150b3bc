using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Runs;

/// <summary>What a plan is to be made for.</summary>
/// <param name="Topology">The topology, as the staging folder resolved it.</param>
/// <param name="Members">Those of its members that are looked at, in its order.</param>
/// <param name="StagingPath">The staging folder, absolute; it need not exist.</param>
/// <param name="Settings">What was asked for beside it.</param>
public sealed record PlanRequest(EtcdTopology Topology, IReadOnlyList<EtcdMember> Members, string StagingPath, EtcdPlanSettings Settings)
{
    internal KubeletOptions KubeletOptions => new()
    {
        ConfigPath = Settings.ConfigPath,
        DropInPath = Settings.DropInPath,
        Generation = Settings.Generation,
        CgroupDriver = Settings.CgroupDriver,
        ContainerRuntimeEndpoint = Settings.ContainerRuntimeEndpoint,
    };
}
