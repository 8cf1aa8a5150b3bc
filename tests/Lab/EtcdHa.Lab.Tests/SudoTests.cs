using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>Real sudo that asks for a password: operator's, on infra1.</summary>
public sealed class SudoTests(LabCluster cluster) : LabTest(cluster)
{
    private const string Look = "$other | Test-EtcdMemberFiles -StagingPath $staging";

    // Works as the lab's sudoers does, whatever a test appends.
    private const string Sudoers = "/etc/sudoers.d/zz-lab-test";

    private LabHost Host => Hosts[1];

    [LabFact]
    public void Every_step_works_with_a_sudo_that_asks_for_a_password()
    {
        Use(LabEnvironment.OperatorPassword);
        using var watch = new ProcessWatch(Host);
        Assert.All(Run<EtcdKubeletService>("$other | Install-EtcdKubeletService"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.Equal(3, Run<EtcdMemberFiles>("$other | Copy-EtcdMemberFiles -StagingPath $staging").Count);
        Assert.All(Run<EtcdFileCheck>(Look), r => Assert.True(r.Passed, string.Join(", ", r.Finding)));
        Assert.All(Run<EtcdStaticPod>("$other | Install-EtcdStaticPod -StagingPath $staging"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.Equal("operator:operator", Host.Root("stat -c %U:%G /home/operator/kubeadmcfg.yaml; rm /home/operator/kubeadmcfg.yaml"));

        // While all this ran, no process of the host showed the password, and no log has it.
        string seen = watch.Seen();
        Assert.Contains("sudo -k -S", seen, StringComparison.Ordinal);
        IEnumerable<string> secrets = Secrets.OfPassword(LabEnvironment.OperatorPassword);
        Secrets.RequireAbsent("a process", seen, secrets);
        Secrets.RequireAbsent("a log", Host.Root("journalctl --no-pager -q -o cat; cat /var/log/auth.log /var/log/sudo* 2>/dev/null || :"), secrets);
    }

    [LabTheory]
    [InlineData("Defaults:operator timestamp_timeout=0")]
    [InlineData("Defaults:operator timestamp_timeout=60, timestamp_type=global")]
    [InlineData("operator ALL=(ALL:ALL) NOPASSWD: ALL")]
    [InlineData("Defaults:operator !use_pty")]
    [InlineData("Defaults:operator use_pty, lecture=always, log_output, passprompt=\"who? \", passprompt_override")]
    [InlineData("Defaults:operator env_reset, !env_keep")]
    [InlineData("Defaults:operator badpass_message=\"no\", passwd_tries=1")]
    [InlineData("Defaults:operator pwfeedback, insults")]
    public void Whatever_sudoers_says_of_how_it_asks(string sudoers)
    {
        using IDisposable planted = Plant(sudoers);
        Use(LabEnvironment.OperatorPassword);
        Assert.All(Run<EtcdFileCheck>($"{Look} -Member {Host.Name}").Where(c => !c.Path.EndsWith("kubeadmcfg.yaml", StringComparison.Ordinal)), r => Assert.True(r.Passed, string.Join(", ", r.Finding)));
    }

    [LabTheory]
    [InlineData("Defaults:operator requiretty", "SudoTerminalRequired")]
    [InlineData("operator ALL=(ALL:ALL) /usr/bin/true", "SudoNotAllowed", true)]
    [InlineData("", "SudoNotAllowed", true)]
    public void Fault06_what_sudo_refuses_is_an_error_of_its_own_and_nothing_is_touched(string sudoers, string id, bool isOnlyRule = false)
    {
        using IDisposable planted = Plant(sudoers, isOnlyRule);
        RequireRefused(LabEnvironment.OperatorPassword, id);
    }

    [LabTheory]
    [InlineData("")]
    [InlineData("Defaults:operator insults")]
    [InlineData("Defaults:operator badpass_message=\"no\", passwd_tries=9")]
    public void Fault06_a_wrong_password_counts_once_against_the_account(string sudoers)
    {
        // pam_faillock locks an account after some failures; it counts a prompt that gets no answer as another one.
        using IDisposable locks = Host.Plant("""
            cp /etc/pam.d/sudo /run/lab-pam-sudo
            cat > /etc/pam.d/sudo <<'END'
            auth required pam_faillock.so preauth
            auth sufficient pam_unix.so
            auth [default=die] pam_faillock.so authfail
            account required pam_faillock.so
            account required pam_unix.so
            session required pam_unix.so
            END
            """, "faillock --user operator --reset; cp /run/lab-pam-sudo /etc/pam.d/sudo");
        using IDisposable planted = Plant(sudoers);
        using var watch = new ProcessWatch(Host);
        RequireRefused("wrong-s3cret", "SudoPasswordWrong");

        // One command, one attempt.
        Assert.Equal("1", Host.Root("faillock --user operator | grep -c sudo"));
        Secrets.RequireAbsent("a process", watch.Seen(), Secrets.OfPassword("wrong-s3cret"));
        Secrets.RequireAbsent("a log", Host.Root("journalctl --no-pager -q -o cat"), Secrets.OfPassword("wrong-s3cret"));
    }

    [LabFact]
    public void Fault06_an_account_that_PAM_refuses()
    {
        using IDisposable planted = Host.Plant(
            "cp /etc/pam.d/sudo /run/lab-pam-sudo; sed -i '1i account [success=ignore default=die] pam_succeed_if.so quiet user != operator' /etc/pam.d/sudo",
            "cp /run/lab-pam-sudo /etc/pam.d/sudo");
        RequireRefused(LabEnvironment.OperatorPassword, "SudoAccountRefused");
    }

    private void RequireRefused(string password, string id)
    {
        string before = Host.Fingerprint();
        Use(password);
        Outcome outcome = Outcome.Of(Run("$other | Copy-EtcdMemberFiles -StagingPath $staging"));
        outcome.RequireOneError(id, Host.Name);
        Assert.Equal([Hosts[0].Name, Hosts[2].Name], outcome.Members);
        Secrets.RequireAbsent("the error", outcome.Error.ToString() + outcome.Error.Exception, Secrets.OfPassword(password));
        Assert.Equal(before, Host.Fingerprint());
    }

    private void Use(string password)
    {
        EtcdSshTarget target = new(Host.Address, 22, "operator") { SudoPassword = LabEnvironment.Secure(password) };
        EtcdMember[] members = [.. Cluster.Topology.Members.Select(m => m.Name == Host.Name ? m with { SshTarget = target } : m)];
        Session.Set("other", Cluster.Topology with { Members = members });
    }

    private IDisposable Plant(string sudoers, bool isOnlyRule = false) => Host.Plant(
        $"printf '%s\\n' '{sudoers}' > {Sudoers}; chmod 0440 {Sudoers}; {(isOnlyRule ? "sed -i 's/^operator/#operator/' /etc/sudoers.d/etcdha-lab; " : "")}visudo -cq",
        $"rm -f {Sudoers}; sed -i 's/^#operator/operator/' /etc/sudoers.d/etcdha-lab");
}
