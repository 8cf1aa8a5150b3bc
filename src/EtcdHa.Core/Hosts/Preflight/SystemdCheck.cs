namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>systemd must be process 1: the page has it run the kubelet.</summary>
internal sealed class SystemdCheck : IHostCheck
{
    public string Script(PreflightSubject subject) => """
        printf 'init|%s\n' "$(cat /proc/1/comm)"
        printf 'systemd|%s\n' "$(systemctl --version 2>/dev/null | head -n 1)"

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        string version = facts.Value("systemd") is { Length: > 0 } told ? told : "systemd";
        yield return facts.Value("init") switch
        {
            "systemd" => CheckResult.Pass(EtcdHostCheckKind.Systemd, $"{version} is process 1", version),
            null or "" => CheckResult.Untold(EtcdHostCheckKind.Systemd, "what process 1 is"),
            var other => new(
                EtcdHostCheckKind.Systemd, EtcdCheckSeverity.Error, $"process 1 is {other}, not systemd",
                "Use a host that systemd started: the kubelet is a systemd unit here, as on the page."),
        };
    }
}
