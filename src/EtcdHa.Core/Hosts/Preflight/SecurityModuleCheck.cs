namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>SELinux and AppArmor: only told. What they deny shows in <see cref="WritablePathCheck"/>.</summary>
internal sealed class SecurityModuleCheck : IHostCheck
{
    public string Script(PreflightSubject subject) => """
        if [ -r /sys/fs/selinux/enforce ]; then printf 'selinux|%s\n' "$(cat /sys/fs/selinux/enforce)"; fi
        if [ -r /sys/module/apparmor/parameters/enabled ]; then printf 'apparmor|%s\n' "$(cat /sys/module/apparmor/parameters/enabled)"; fi

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        yield return (facts.Value("selinux"), facts.Value("apparmor")) switch
        {
            ("1", _) => new(
                EtcdHostCheckKind.SecurityModule, EtcdCheckSeverity.Information, "SELinux enforces; etcd needs its label on the data directory if the container runtime has SELinux on",
                "When etcd is denied its files: ausearch -m avc -ts recent.")
            { Value = "SELinux enforcing" },
            ("0", _) => CheckResult.Pass(EtcdHostCheckKind.SecurityModule, "SELinux is permissive", "SELinux permissive"),
            (_, "Y") => CheckResult.Pass(EtcdHostCheckKind.SecurityModule, "AppArmor is on", "AppArmor"),
            _ => CheckResult.Pass(EtcdHostCheckKind.SecurityModule, "neither SELinux nor AppArmor is on", "none"),
        };
    }
}
