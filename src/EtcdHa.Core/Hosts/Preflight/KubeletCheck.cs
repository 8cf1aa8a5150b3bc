using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>The kubelet: there, running, and of the topology's Kubernetes version.</summary>
internal sealed class KubeletCheck : IHostCheck
{
    public IReadOnlyList<HostStep> Steps(PreflightSubject subject)
        => [new UnitStep(MemberSteps.KubeletUnit, [KubeletOptions.DefaultDropInPath], "")];

    public string Script(PreflightSubject subject) => KubeletLook.Script + ImagePuller.ToolsScript;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        UnitState unit = facts.State.Units[MemberSteps.KubeletUnit];
        string? version = facts.Value("kubelet");
        return KubeletInstaller.Unfit(unit, version) is { } id
            ? [CheckResult.Of(EtcdHostCheckKind.Kubelet, new EtcdHostException(id, subject.HostName), subject.HostName)]
            : [OfUnit(unit, facts.State.Paths[KubeletOptions.DefaultDropInPath].Kind == PathKind.File), OfVersion(version!, subject.Topology.KubernetesVersion)];
    }

    // Before it is configured the kubelet of a package ends again and again, as it has no configuration.
    private static CheckResult OfUnit(UnitState unit, bool isConfigured)
    {
        string state = $"{unit.ActiveState}, {unit.SubState}";
        return unit.IsRunning ? CheckResult.Pass(EtcdHostCheckKind.Kubelet, "runs")
            : isConfigured ? new(
                EtcdHostCheckKind.Kubelet, EtcdCheckSeverity.Error, $"does not run ({state}), though it is configured to run etcd",
                "See journalctl -u kubelet on the host; Install-EtcdKubeletService starts it again and shows why it does not stay up.")
            : new(
                EtcdHostCheckKind.Kubelet, EtcdCheckSeverity.Information, $"does not run yet ({state}): it is not configured",
                "Install-EtcdKubeletService configures and starts it.");
    }

    private static CheckResult OfVersion(string version, string wanted)
    {
        KubeletRelease? release = KubeletRelease.Read(version);
        return release is null ? CheckResult.Untold(EtcdHostCheckKind.KubeletVersion, "the kubelet's version")
            : release == KubeletRelease.Read(wanted) ? CheckResult.Pass(EtcdHostCheckKind.KubeletVersion, version, version)
            : new(
                EtcdHostCheckKind.KubeletVersion, EtcdCheckSeverity.Warning, $"{version}, the topology's is {wanted}",
                $"Install the kubelet of {wanted} on the host, or give the topology the hosts' version: the manifest is written for {wanted}.")
            { Value = version };
    }
}
