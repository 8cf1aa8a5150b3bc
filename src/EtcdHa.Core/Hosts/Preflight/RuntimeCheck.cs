using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>The container runtime the kubelet is to use, and its cgroup driver: the kubelet's own must be the same.</summary>
internal sealed class RuntimeCheck : IHostCheck
{
    // What the kubelet is told already, by EtcdHa or by hand: the last line counts, as a flag goes before the file.
    public string Script(PreflightSubject subject) => $$"""
        for file in {{PosixShell.Join(KubeletOptions.PageConfigPath, KubeletOptions.DefaultConfigPath)}}; do
            if [ -f "$file" ]; then sed -n 's/^cgroupDriver: *"\{0,1\}\([a-z]*\).*/kubelet-driver|\1/p' "$file"; fi
        done
        if [ -f {{KubeletOptions.DefaultDropInPath}} ]; then sed -n 's/.*--cgroup-driver=\([a-z]*\).*/kubelet-driver|\1/p' {{KubeletOptions.DefaultDropInPath}}; fi

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        IReadOnlyList<FoundRuntime> found = RuntimeFacts.Read(facts.Output);
        if (found.Count == 0)
        {
            return [new(
                EtcdHostCheckKind.ContainerRuntime, EtcdCheckSeverity.Error, "no container runtime's socket was found, so the kubelet cannot start etcd",
                "Install and start containerd or CRI-O, or Docker with cri-dockerd.")];
        }

        var options = new KubeletOptions(CgroupDriver: subject.Options.CgroupDriver, ContainerRuntimeEndpoint: subject.Options.ContainerRuntimeEndpoint);
        try
        {
            KubeletSettings settings = KubeletChoice.Decide(subject.HostName, options, facts.Value("kubelet"), subject.Topology.KubernetesVersion, found);
            return OfSettings(settings, found, facts.Values("kubelet-driver").LastOrDefault());
        }
        catch (EtcdHostException e)
        {
            EtcdHostCheckKind kind = e.ErrorId == "CgroupDriverMismatch" ? EtcdHostCheckKind.CgroupDriver : EtcdHostCheckKind.ContainerRuntime;
            return [CheckResult.Of(kind, e, subject.HostName)];
        }
    }

    private static IEnumerable<CheckResult> OfSettings(KubeletSettings settings, IReadOnlyList<FoundRuntime> found, string? configured)
    {
        foreach (string warning in settings.Warnings)
        {
            yield return new(EtcdHostCheckKind.ContainerRuntime, EtcdCheckSeverity.Warning, warning.TrimEnd('.'), "Look at the host's container runtime, or name it with -ContainerRuntimeEndpoint.");
        }

        FoundRuntime? runtime = found.FirstOrDefault(r => r.Runtime == settings.Runtime);
        if (runtime is not null)
        {
            string version = runtime.Version is null ? "" : " " + runtime.Version;
            yield return CheckResult.Pass(EtcdHostCheckKind.ContainerRuntime, $"{runtime.Runtime}{version} at {runtime.Endpoint}", runtime.Runtime.ToString());
        }

        bool isTold = runtime?.TellsDriver == true && settings.Release >= KubeletRelease.WithDriverFromRuntime;
        if (runtime?.CgroupDriver is { } driver)
        {
            yield return configured is null || configured == driver || isTold
                ? CheckResult.Pass(EtcdHostCheckKind.CgroupDriver, configured == driver ? $"{driver}, in kubelet and runtime" : $"{driver} in the runtime; the kubelet takes it over", driver)
                : new(
                    EtcdHostCheckKind.CgroupDriver, EtcdCheckSeverity.Error, $"the kubelet is configured for {configured}, but {runtime.Runtime} has {driver}",
                    $"Install-EtcdKubeletService gives the kubelet {driver}; or set {configured} in {runtime.DriverSetting} and restart the runtime.")
                { Value = driver, ErrorId = "CgroupDriverMismatch" };
        }
    }
}
