using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class LoginShellTests(LabCluster cluster) : LabTest(cluster)
{
    private LabHost Host => Hosts[1];

    [LabFact]
    public void Fault32_Noise_of_the_user_s_shell_start_files_and_of_a_banner_does_no_harm()
    {
        using (Host.Plant("""
            cp -a /home/ubuntu/.bashrc /run/lab-bashrc
            { echo 'echo "Welcome to infra1! path|file|root:root|600"; printf "no line end"; echo "a warning" >&2; cd /tmp'; cat /run/lab-bashrc; } > /home/ubuntu/.bashrc
            """, "cat /run/lab-bashrc > /home/ubuntu/.bashrc; touch -r /run/lab-bashrc /home/ubuntu/.bashrc; rm /run/lab-bashrc"))
        {
            Assert.Contains("Welcome", Host.Root("true"), StringComparison.Ordinal);
            RequireWorks();
        }
    }

    [LabFact]
    public void Fault32_A_login_shell_that_is_no_POSIX_shell_does_no_harm()
    {
        // Outside of single quotes, where csh, fish and sh agree, it takes plain words only.
        using (Host.Plant("""
            cat > /usr/local/bin/oddsh <<'END'
            #!/bin/bash
            [ "$1" = -c ] || exit 64
            outside=$(sed "s/'[^']*'//g" <<< "$2")
            case $outside in *'$'* | *'`'* | *'<'* | *'>'* | *'&'* | *'|'* | *';'* | *'('*) echo "oddsh: syntax error: $2" >&2; exit 2 ;; esac
            echo 'odd shell at your service'
            exec /bin/bash -c "$2"
            END
            chmod 0755 /usr/local/bin/oddsh
            usermod -s /usr/local/bin/oddsh ubuntu
            """, "usermod -s /bin/bash ubuntu; rm /usr/local/bin/oddsh"))
        {
            RequireWorks();
        }
    }

    [LabTheory]
    [InlineData("077")]
    [InlineData("000")]
    public void Fault32_A_user_s_umask_and_locale_change_no_mode_and_no_word(string umask)
    {
        const string File = "/etc/kubernetes/pki/apiserver-etcd-client";
        using (Host.Plant($$"""
            cp -a /home/ubuntu/.bashrc /run/lab-bashrc
            { echo 'umask {{umask}}; export LANG=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 LANGUAGE=fr POSIXLY_CORRECT=1 IFS=/'; cat /run/lab-bashrc; } > /home/ubuntu/.bashrc
            rm {{File}}.crt {{File}}.key
            """, "cat /run/lab-bashrc > /home/ubuntu/.bashrc; touch -r /run/lab-bashrc /home/ubuntu/.bashrc; rm /run/lab-bashrc"))
        {
            Assert.Single(Run<EtcdMemberFiles>("$topology | Copy-EtcdMemberFiles -StagingPath $staging"), f => f.Status != EtcdChange.Unchanged);
            Assert.Equal("644 root:root\n600 root:root", Host.Root($"stat -c '%a %U:%G' {File}.crt {File}.key"));
            RequireWorks();
        }
    }

    private void RequireWorks()
    {
        Assert.All(Run<EtcdKubeletService>("$topology | Install-EtcdKubeletService"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.All(Run<EtcdMemberFiles>("$topology | Copy-EtcdMemberFiles -StagingPath $staging"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.All(Run<EtcdFileCheck>("$topology | Test-EtcdMemberFiles -StagingPath $staging"), r => Assert.True(r.Passed, string.Join(", ", r.Finding)));
        Assert.All(Run<EtcdStaticPod>("$topology | Install-EtcdStaticPod -StagingPath $staging"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.Equal([true], Run<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet -ThroughSsh"));
    }
}
