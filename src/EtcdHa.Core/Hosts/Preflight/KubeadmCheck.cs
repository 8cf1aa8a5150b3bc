using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>kubeadm on the host: only <c>-Generator Kubeadm</c> needs it, and then of the topology's minor version.</summary>
internal sealed class KubeadmCheck : IHostCheck
{
    public string Script(PreflightSubject subject) => """
        if command -v kubeadm >/dev/null; then printf 'kubeadm|%s\n' "$(timeout 10 kubeadm version -o short 2>/dev/null)"; fi

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        bool isNeeded = subject.Options.Generator == EtcdManifestGenerator.Kubeadm;
        string? version = facts.Value("kubeadm");
        string wanted = subject.Topology.KubernetesVersion;
        bool fits = KubeletRelease.Read(version) is { } release && release == KubeletRelease.Read(wanted);
        yield return version is null
            ? isNeeded ? CheckResult.Of(EtcdHostCheckKind.Kubeadm, new EtcdHostException("KubeadmMissing", subject.HostName), subject.HostName)
                : new(EtcdHostCheckKind.Kubeadm, EtcdCheckSeverity.Information, "not on the host; the manifest is written without it")
            : fits ? CheckResult.Pass(EtcdHostCheckKind.Kubeadm, version, version)
            : new(
                EtcdHostCheckKind.Kubeadm, isNeeded ? EtcdCheckSeverity.Warning : EtcdCheckSeverity.Information,
                $"{(version.Length == 0 ? "of an unknown version" : version)}, the topology's is {wanted}",
                isNeeded ? "Leave -Generator Kubeadm out, or install kubeadm of the topology's version: another one may write another manifest or refuse the configuration." : "")
            { Value = version };
    }
}
