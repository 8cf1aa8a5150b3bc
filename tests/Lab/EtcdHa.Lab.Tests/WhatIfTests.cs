using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class WhatIfTests(LabCluster cluster) : LabTest(cluster)
{
    // Every cmdlet that changes something, given something it would change.
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["Export-EtcdTopology"] = "$topology | Export-EtcdTopology \"$work/new.yaml\" -WhatIf",
        ["Export-EtcdReport"] = "$topology | Export-EtcdReport -Path \"$work/report.html\" -Format Both -StagingPath $staging -WhatIf",
        ["New-EtcdKubeadmConfig"] = "$topology | New-EtcdKubeadmConfig -StagingPath \"$work/new\" -WhatIf",
        ["New-EtcdExternalConfig"] = "$topology | New-EtcdExternalConfig \"$work/external.yaml\" -WhatIf",
        ["New-EtcdStaticPodManifest"] = "$topology | New-EtcdStaticPodManifest -StagingPath \"$work/new\" -WhatIf",
        ["New-EtcdCertificateAuthority"] = "$topology | New-EtcdCertificateAuthority -StagingPath \"$work/new\" -WhatIf",
        ["Import-EtcdCertificateAuthority"] = "Import-EtcdCertificateAuthority \"$staging/pki/etcd/ca.crt\" \"$staging/pki/etcd/ca.key\" -StagingPath \"$work/new\" -WhatIf",
        ["New-EtcdCertificateRequest"] = "$topology | New-EtcdCertificateRequest -StagingPath \"$work/new\" -WhatIf",
        ["Import-EtcdCertificate"] = "$topology | Import-EtcdCertificate -Path \"$work/other/infra1/pki/etcd/server.crt\" -StagingPath \"$work/bare\" -WhatIf",
        ["New-EtcdCertificateSet"] = "$topology | New-EtcdCertificateSet -StagingPath \"$work/new\" -WhatIf",
        ["Remove-EtcdStaging"] = "Remove-EtcdStaging \"$work/other\" -WhatIf",
        ["Install-EtcdKubeletService"] = "$topology | Install-EtcdKubeletService -ConfigPath /etc/kubernetes/another.yaml -WhatIf",
        ["Install-EtcdImage"] = "$older | Install-EtcdImage -WhatIf",
        ["Copy-EtcdClientFiles"] = "$topology | Copy-EtcdClientFiles -StagingPath $staging -SshTarget $target -CertificatesDirectory /etc/control-plane -WhatIf",
        ["Copy-EtcdMemberFiles"] = "$topology | Copy-EtcdMemberFiles -StagingPath \"$work/other\" -Force -WhatIf",
        ["Uninstall-EtcdMember"] = "$topology | Uninstall-EtcdMember -Member infra1 -WhatIf",
        ["Uninstall-EtcdCluster"] = "$topology | Uninstall-EtcdCluster -WhatIf",
        ["Unlock-EtcdHost"] = "$topology | Unlock-EtcdHost -WhatIf",
        ["Export-EtcdPlan"] = "$plan | Export-EtcdPlan \"$work/plan.json\" -WhatIf",
        ["Install-EtcdCluster"] = "$changed | Install-EtcdCluster -StagingPath $staging -Force -WhatIf",
        ["Invoke-EtcdPlan"] = "$plan | Invoke-EtcdPlan -WhatIf",
        ["Install-EtcdStaticPod"] = "$changed | Install-EtcdStaticPod -StagingPath $staging -WhatIf",
    };

    [LabFact]
    public void WhatIf_says_what_would_be_done_and_changes_no_file_here_or_on_a_host()
    {
        string work = Path.Combine(Cluster.Folder, "what-if");
        Session.Set("work", work);
        Session.Set("changed", Cluster.Topology with { ExtraArg = [new EtcdNameValue("quota-backend-bytes", "4294967296")] });
        Session.Set("older", Cluster.Topology with { ImageTag = "3.5.16-0" });
        Session.Set("target", $"ubuntu@{Hosts[2].Address}");
        Run("$topology | New-EtcdKubeadmConfig -StagingPath \"$work/other\" | New-EtcdCertificateSet").RequireNoErrors();
        Run("""
            Import-EtcdCertificateAuthority "$work/other/pki/etcd/ca.crt" -StagingPath "$work/bare"
            $topology | New-EtcdCertificateRequest -StagingPath "$work/bare"
            """).RequireNoErrors();
        Run("$plan = $changed | Get-EtcdPlan -StagingPath $staging").RequireNoErrors();
        Assert.False(Session.Get<EtcdPlan>("plan").Single().IsEmpty);
        string[] changing = [.. Run("Get-Command -Module EtcdHa | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name").RequireNoErrors().As<string>()];
        Assert.Equal(Commands.Keys.Order(), changing.Order());

        // What an interrupted run left is cleaned up by the next one that changes something, or would: not by one that only says what it would do.
        using IDisposable interrupted = Hosts[1].Plant(
            """
            mkdir -p /var/lib/etcdha/runs
            printf 'run|what-if\nowner|ada@elsewhere\npid|1\ncommand|Install-EtcdCluster\nsince|1795000000\nstep|1795000001|place files\n' > /var/lib/etcdha/run
            """,
            "rm -f /var/lib/etcdha/runs/what-if");
        string here = Here();
        string[] there = [.. Hosts.Select(There)];
        string[] processes = [.. Hosts.Select(h => h.Processes())];

        foreach ((string name, string command) in Commands)
        {
            int said = Session.HostLines.Count;
            Assert.Empty(Run(command).RequireNoErrors().Output);
            Assert.True(Session.HostLines.Count > said, $"{name} -WhatIf said nothing.");
        }

        // Where nothing is to be done there is nothing to ask about: then, too, neither lock nor journal nor file is written.
        Run("$topology | Get-EtcdPlan -StagingPath $staging | Invoke-EtcdPlan -WhatIf; $topology | Install-EtcdCluster -StagingPath $staging -WhatIf").RequireNoErrors();

        Assert.Equal(here, Here());
        Assert.Equal(there, Hosts.Select(There));
        Assert.Equal(processes, Hosts.Select(h => h.Processes()));

        string[] warnings = [.. Run("$topology | Install-EtcdCluster -StagingPath $staging -Force").RequireNoErrors().Warnings];
        Assert.Contains(warnings, w => w.Contains("an earlier run was interrupted, in the step 'place files'", StringComparison.Ordinal) && w.Contains("ada@elsewhere", StringComparison.Ordinal));
        Assert.Equal("what-if", Hosts[1].Root("ls /var/lib/etcdha/runs | grep what-if; [ ! -e /var/lib/etcdha/run ]"));
    }

    // The staging folders and every file the commands name, and the home folder.
    private string Here() => WorkstationFiles.Fingerprint(Cluster.Folder) + "\n"
        + WorkstationFiles.Fingerprint(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    // Besides what the procedure places: locks, journals, temporary files, and the data directory, where the running etcd writes files of its own.
    private static string There(LabHost host) => host.Fingerprint() + "\n" + host.Root("""
        find /var/lib/etcd -type d -printf '%p %m %u:%g %i\n' | sort
        for state in /var/lib/etcdha /run/etcdha; do
            [ ! -e "$state" ] || find "$state" -printf '%p %y %m %u:%g %T@ %s\n' | sort
        done
        ls -A /tmp /run /root /var/lib
        """);
}
