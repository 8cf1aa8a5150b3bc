using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>
/// Ctrl+C in each phase of the work on a host: the prompt is back within 2 s, what ran on the host is gone, also root's, and nothing lies
/// half-written at a final path. A phase is held up by a program of the host that sleeps.
/// </summary>
public sealed class StopPhaseTests(LabCluster cluster) : StopTest(cluster)
{
    private const string Copy = "$topology | Copy-EtcdMemberFiles -StagingPath $staging";

    [LabFact]
    public void While_the_host_decides_on_the_login()
    {
        using IDisposable slow = Host.Plant("""
            printf '#!/bin/sh\nexec sleep 47\n' > /usr/local/bin/lab-keys; chmod 0755 /usr/local/bin/lab-keys
            printf 'AuthorizedKeysCommand /usr/local/bin/lab-keys\nAuthorizedKeysCommandUser root\nMatch User operator\nAuthorizedKeysFile none\n' > /etc/ssh/sshd_config.d/zz-lab-test.conf
            systemctl reload ssh
            """, "rm -f /etc/ssh/sshd_config.d/zz-lab-test.conf /usr/local/bin/lab-keys; systemctl reload ssh; pkill -f '^sleep 47' || :");
        Use(new EtcdSshTarget(Host.Address, 22, "operator"));
        RequireStops(() => Stop("$other | Test-EtcdMemberFiles -StagingPath $staging", () => Wait("sleep 47")));
    }

    [LabFact]
    public void While_sudo_checks_a_password()
    {
        using IDisposable slow = Host.Plant("""
            cp /etc/pam.d/sudo /run/lab-pam-sudo
            printf '#!/bin/sh\nexec sleep 53\n' > /usr/local/bin/lab-auth; chmod 0755 /usr/local/bin/lab-auth
            sed -i '1i auth required pam_exec.so quiet /usr/local/bin/lab-auth' /etc/pam.d/sudo
            """, "cp /run/lab-pam-sudo /etc/pam.d/sudo; rm -f /usr/local/bin/lab-auth; pkill -f '^sleep 53' || :");
        Use(new EtcdSshTarget(Host.Address, 22, "operator") { SudoPassword = LabEnvironment.Secure(LabEnvironment.OperatorPassword) });
        RequireStops(() => Stop("$other | Test-EtcdMemberFiles -StagingPath $staging", () => Wait("sleep 53")));
        RequireGone("^sudo -k -S");
    }

    [LabTheory]
    [InlineData("ubuntu")]
    [InlineData("operator")]
    public void While_the_host_is_looked_at(string user)
    {
        using IDisposable slow = Slow("systemctl", "*", 61);
        Use(user == "ubuntu"
            ? new EtcdSshTarget(Host.Address, 22, user)
            : new EtcdSshTarget(Host.Address, 22, user) { SudoPassword = LabEnvironment.Secure(LabEnvironment.OperatorPassword) });
        RequireStops(() => Stop("$other | Install-EtcdKubeletService", () => Wait("sleep 61")));

        // A password that was not right yet is not tried again, not even to stop something: sudo's command ends by itself.
        if (user == "ubuntu")
        {
            RequireGone("^sleep 61");
        }
    }

    [LabTheory]
    [InlineData("ubuntu")]
    [InlineData("operator")]
    public void Between_staging_and_renaming(string user)
    {
        using IDisposable damaged = Damage();
        using IDisposable slow = Slow("sync", "*.etcdha.*", 67);
        Use(new EtcdSshTarget(Host.Address, 22, user) { SudoPassword = LabEnvironment.Secure(LabEnvironment.OperatorPassword) });
        RequireStops(() => Stop(Copy.Replace("$topology", "$other", StringComparison.Ordinal), () => Wait("sleep 67")));
        RequireGone("^sleep 67");
        Assert.Equal("damaged", Host.Root("cat /etc/kubernetes/pki/etcd/server.crt"));
        RequireNoStage();
    }

    [LabFact]
    public void While_the_upload_stands_still()
    {
        using IDisposable damaged = Damage();
        using IDisposable slow = Slow("sync", "*.etcdha.*", 71);
        using IDisposable resumed = new PlantedFault(() => Host.Root("pkill -CONT -f '^sshd.*ubuntu@notty' || :"));
        RequireStops(() => Stop(Copy, () =>
        {
            Wait("sleep 71");
            Host.Root("systemd-run --quiet --collect sh -c 'sleep 0.5; pkill -STOP -f \"^sshd.*ubuntu@notty\"; sleep 12; pkill -CONT -f \"^sshd.*ubuntu@notty\"'");
            Thread.Sleep(1500);
        }));
        Thread.Sleep(13_000);
        Assert.Equal("damaged", Host.Root("cat /etc/kubernetes/pki/etcd/server.crt"));
        Host.Root("pkill -f '^sleep 71' || :");
        RequireNoStage();
    }

    [LabFact]
    public void Between_two_renames_all_of_them_are_done()
    {
        using IDisposable crt = Damage();
        using IDisposable key = Damage("server.key");
        using IDisposable slow = Slow("mv", "*/etcd/server.*", 4);
        RequireStops(() => Stop(Copy, () => Wait("sleep 4$")));
        RequireGone("^sleep 4$");
        RequireNoStage();
        slow.Dispose();
        Assert.All(Run<EtcdFileCheck>($"$topology | Test-EtcdMemberFiles -StagingPath $staging -Member {Host.Name}"), r => Assert.True(r.Passed, string.Join(", ", r.Finding)));
    }

    private void RequireNoStage()
    {
        Eventually(() => Host.Root("find /etc/kubernetes /etc/systemd /home -name '.etcdha*'").Length == 0, "a stage is left");
    }

    private void RequireGone(string pattern) => Eventually(() => Host.TryRoot($"pgrep -f '{pattern}'").Output.Length == 0, pattern + " goes on");

    // Looked at on the host itself: connecting for each look would take longer than what is looked for. An sshd that reloads refuses the first.
    private void Wait(string process)
    {
        bool IsReached() => Host.TryRoot($"for i in $(seq 100); do if pgrep -f '^{process}' > /dev/null; then exit 0; fi; sleep 0.05; done; exit 1").ExitCode == 0;
        for (int i = 0; i < 4 && !IsReached(); i++)
        {
            Thread.Sleep(300);
        }

        Assert.True(IsReached(), process + " was not reached");
    }

    private static void Eventually(Func<bool> condition, string otherwise)
    {
        for (int i = 0; i < 100 && !condition(); i++)
        {
            Thread.Sleep(100);
        }

        Assert.True(condition(), otherwise);
    }

    private IDisposable Damage(string file = "server.crt") => Host.Plant(
        $"cp -p /etc/kubernetes/pki/etcd/{file} /run/lab-{file}; printf damaged > /etc/kubernetes/pki/etcd/{file}",
        $"cat /run/lab-{file} > /etc/kubernetes/pki/etcd/{file}; rm -f /run/lab-{file}");

    // A program of the host that sleeps first when its arguments match.
    private IDisposable Slow(string program, string arguments, int seconds) => Host.Plant($$"""
        cat > /usr/local/sbin/{{program}} <<'END'
        #!/bin/sh
        case $* in {{arguments}}) sleep {{seconds}} ;; esac
        exec /usr/bin/{{program}} "$@"
        END
        chmod 0755 /usr/local/sbin/{{program}}
        """, $"rm -f /usr/local/sbin/{program}; pkill -f '^sleep {seconds}' || :");
}
