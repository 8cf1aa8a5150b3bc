using System.Diagnostics;
using System.Management.Automation;
using System.Text.RegularExpressions;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

public sealed class WhatIfTests : CommandTest
{
    // TEST-NET-1: nothing answers there, so an attempt to connect would take its 30 s.
    private const string Unreachable = "$topology = 0..2 | ForEach-Object { New-EtcdMember \"infra$_\" \"192.0.2.$($_ + 6)\" -SshTarget \"ubuntu@192.0.2.$($_ + 6):2222\" } | New-EtcdTopology;";

    public static TheoryData<string, string, string> LocalSteps => new()
    {
        { "$topology | New-EtcdKubeadmConfig", "infra1", "Write kubeadmcfg.yaml" },
        { "$topology | New-EtcdCertificateAuthority", "etcd-staging", "Make the etcd certificate authority" },
        { "$topology | New-EtcdCertificateSet", "infra1", "Make the member's certificates" },
        { "$topology | New-EtcdCertificateSet -Force", "infra1", "Make the member's certificates" },
        { "$topology | New-EtcdCertificateRequest", "infra1", "Make the member's keys and certificate requests" },
        { "$topology | Import-EtcdCertificate -Path ./other/infra1/pki/etcd/server.crt", "infra1", "Import the member's certificates" },
        { "$topology | Export-EtcdTopology ./etcd.yaml", "etcd.yaml", "Write the topology" },
        { "$topology | Export-EtcdReport -Path ./report.html -Format Both", "report.json", "Write the report" },
        { "$topology | New-EtcdStaticPodManifest", "infra1", "Write etcd.yaml" },
        { "$plan | Export-EtcdPlan ./plan.json", "plan.json", "Write the plan" },
        { "$plan | Invoke-EtcdPlan", "+ Write file: etcd.yaml: absent", "1 to create" },
        { "$topology | New-EtcdExternalConfig ./kubeadm-config.yaml", "kubeadm-config.yaml", "Write etcd.external" },
        { "Import-EtcdCertificateAuthority ./other/pki/etcd/ca.crt ./other/pki/etcd/ca.key", "etcd-staging", "Import the certificate authority" },
        { "Remove-EtcdStaging ./other", "other", "Remove all private keys" },
        { "Remove-EtcdStaging ./other -KeepCaKey", "other", "Remove the members' private keys" },
        { "Remove-EtcdStaging ./other -All", "other", "Remove configurations, certificates and private keys" },
    };

    public static TheoryData<string, string> RemoteSteps => new()
    {
        { "Install-EtcdKubeletService", "kubelet" },
        { "Install-EtcdImage", "image" },
        { "Copy-EtcdMemberFiles", "certificates" },
        { "Copy-EtcdMemberFiles -Force", "certificates" },
        { "Install-EtcdStaticPod", "manifest" },
        { "Unlock-EtcdHost", "lock" },
        { "Install-EtcdStaticPod -Generator Kubeadm -SkipFileCheck", "manifest" },
    };

    [Theory]
    [MemberData(nameof(LocalSteps))]
    public void A_local_step_says_what_it_would_do_and_writes_nothing(string step, string target, string effect)
    {
        Run($"$topology = {Topology}; $null = $topology | New-EtcdCertificateSet -StagingPath other");
        Session.Runspace.SessionStateProxy.SetVariable("plan", Plan(One<EtcdTopology>("$topology")));
        IReadOnlyList<string> before = Folder.Tree();
        Assert.Empty(Run(step + " -WhatIf").Output);
        string line = Session.Host.Lines.First(l => l.Contains(target, StringComparison.Ordinal));
        Assert.Contains(effect, line, StringComparison.Ordinal);
        Assert.Equal(before, Folder.Tree());
    }

    [Theory]
    [MemberData(nameof(RemoteSteps))]
    public void A_remote_step_names_member_host_and_effect_and_connects_to_nothing(string step, string effect)
    {
        Run(Unreachable);
        IReadOnlyList<string> before = Folder.Tree();
        long start = Stopwatch.GetTimestamp();
        Assert.Empty(Run($"$topology | {step} -WhatIf").Output);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 15);
        Assert.Equal(3, Session.Host.Lines.Count);
        Assert.All(new[] { 0, 1, 2 }, i =>
        {
            Assert.Contains($"infra{i} (ubuntu@192.0.2.{i + 6}:2222)", Session.Host.Lines[i], StringComparison.Ordinal);
            Assert.Contains(effect, Session.Host.Lines[i], StringComparison.Ordinal);
        });
        Assert.Equal(before, Folder.Tree());
    }

    // Every cmdlet has a step here or, when it can say what it would do only after a look at the hosts, in the lab's tests of the same name.
    [Fact]
    public void Everything_that_writes_can_be_asked_what_it_would_do_and_is_asked_here_or_in_the_lab()
    {
        string[] looking = ["Copy-EtcdClientFiles", "Install-EtcdCluster", "Uninstall-EtcdCluster", "Uninstall-EtcdMember"];
        IEnumerable<string> steps = LocalSteps.Select(row => row.Data.Item1).Concat(RemoteSteps.Select(row => row.Data.Item1));
        string[] asking = All<string>("Get-Command -Module EtcdHa | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name");
        Assert.Equal(
            steps.Select(step => Regex.Match(step, @"[A-Z][a-z]+-Etcd\w+").Value).Concat(looking).Distinct().Order(StringComparer.Ordinal),
            asking.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Removing_keys_asks_first_unless_told_not_to()
    {
        Run(Stage);
        Run("Remove-EtcdStaging ./etcd-staging -KeepCaKey -Confirm:$false");
        Assert.Empty(Session.Host.Questions);
        Run("Remove-EtcdStaging ./etcd-staging");
        string question = Assert.Single(Session.Host.Questions);
        Assert.Contains(Folder["etcd-staging"], question, StringComparison.Ordinal);
        Assert.Contains("with the CA's", question, StringComparison.Ordinal);
        Assert.False(File.Exists(Folder["etcd-staging/pki/etcd/ca.key"]));
    }

    [Fact]
    public void With_Confirm_every_member_is_asked_about() =>
        Assert.Equal(3, CountQuestions("$topology, $topology | New-EtcdKubeadmConfig -Confirm"));

    [Fact]
    public void A_key_file_that_is_not_there_is_that_hosts_error_and_the_others_are_asked_about()
    {
        Run("$topology = (New-EtcdMember infra0 192.0.2.6 -SshTarget (New-EtcdSshTarget 192.0.2.6 -IdentityFile ./missing)), (New-EtcdMember infra1 192.0.2.7), (New-EtcdMember infra2 192.0.2.8) | New-EtcdTopology");
        ScriptResult result = Session.Invoke("$topology | Install-EtcdKubeletService -WhatIf");
        Assert.Null(result.Terminating);
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("SshIdentityFileMissing,EtcdHa.Commands.InstallEtcdKubeletServiceCommand", error.FullyQualifiedErrorId);
        Assert.StartsWith("infra0", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(2, Session.Host.Lines.Count);
    }

    private EtcdPlan Plan(EtcdTopology topology) => new()
    {
        Topology = topology,
        StagingPath = Folder["etcd-staging"],
        CreatedAt = DateTimeOffset.UnixEpoch,
        Host = [new EtcdPlanHost { Member = topology.Members[0], HostName = "ubuntu@10.0.0.6", StateSha256 = "", IsEtcdRunning = false }],
        KeepsQuorum = true,
        Step = [new EtcdPlanStep { Number = 1, Phase = EtcdPlanPhase.Workstation, Member = topology.Members[0], Action = "Write file", Target = "etcd.yaml", Change = EtcdChange.Created, After = new EtcdPlanState(), Reason = "absent" }],
    };

    private int CountQuestions(string script)
    {
        Run($"$topology = {Topology}");
        Run(script);
        return Session.Host.Questions.Count;
    }
}
