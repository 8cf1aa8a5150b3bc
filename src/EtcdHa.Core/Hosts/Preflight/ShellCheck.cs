namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>The programs every script of a later step uses. That this one runs at all proves login, shell and sudo.</summary>
internal sealed class ShellCheck : IHostCheck
{
    private static readonly string[] Tools =
        ["chmod", "chown", "cut", "date", "dd", "find", "grep", "id", "mkdir", "mv", "rm", "sed", "sha256sum", "stat", "sync", "systemctl", "tail", "timeout", "tr"];

    public string Script(PreflightSubject subject) => $$"""
        for tool in {{PosixShell.Join(Tools)}}; do command -v "$tool" >/dev/null || printf 'tool-missing|%s\n' "$tool"; done
        echo 'tools|'

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        string[] missing = facts.Values("tool-missing");
        yield return facts.Value("tools") is null ? CheckResult.Untold(EtcdHostCheckKind.Shell, "which programs it has")
            : missing.Length == 0 ? CheckResult.Pass(EtcdHostCheckKind.Shell, "runs scripts, and the programs they use are there")
            : new(
                EtcdHostCheckKind.Shell, EtcdCheckSeverity.Error, $"not on the host: {string.Join(", ", missing)}",
                "Install them; they come with coreutils, findutils, grep, sed and systemd.");
    }
}
