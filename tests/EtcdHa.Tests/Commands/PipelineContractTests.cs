using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Commands;

namespace EtcdHa.Tests.Commands;

/// <summary>Has the parameters of every step and gives what it bound.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MemberWork")]
public sealed class TestMemberWorkCommand : MemberCommand
{
    private protected override string? Effect => null;

    private protected override Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (MemberWork work in members)
        {
            pipeline.WriteObject(work);
        }

        return Task.CompletedTask;
    }
}

/// <summary>As <see cref="TestMemberWorkCommand"/>, and needs the staging folder.</summary>
[Cmdlet(VerbsDiagnostic.Test, "StagedMemberWork")]
public sealed class TestStagedMemberWorkCommand : MemberCommand
{
    private protected override string? Effect => null;

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        pipeline.WriteObject(members.Count);
        return Task.CompletedTask;
    }
}

public sealed class PipelineContractTests : CommandTest
{
    // In the order of the documented procedure. Those that reach hosts are asked with -WhatIf, or end at once.
    private static readonly string[] ShouldProcessSteps =
    [
        "Install-EtcdKubeletService", "Install-EtcdImage", "New-EtcdKubeadmConfig", "New-EtcdCertificateAuthority", "New-EtcdCertificateRequest", "New-EtcdCertificateSet",
        "Copy-EtcdMemberFiles", "Install-EtcdStaticPod", "New-EtcdStaticPodManifest", "Unlock-EtcdHost",
    ];

    private readonly EtcdTopology _topology;

    public PipelineContractTests()
        : base(typeof(TestMemberWorkCommand), typeof(TestStagedMemberWorkCommand))
    {
        _topology = One<EtcdTopology>("($topology = " + Topology + ")");
    }

    public static TheoryData<string> Results => [
        nameof(EtcdKubeletService), nameof(EtcdHostImage), nameof(EtcdKubeadmConfig), nameof(EtcdCertificateSet), nameof(EtcdCertificateRequest),
        nameof(EtcdMemberCertificate), nameof(EtcdMemberFiles), nameof(EtcdFileCheck), nameof(EtcdHostCheck),
        nameof(EtcdStaticPod), nameof(EtcdEndpointHealth), nameof(EtcdStaticPodManifest), nameof(EtcdMemberIdentity), nameof(EtcdDifference), nameof(EtcdRunJournal),
    ];

    [Theory]
    [MemberData(nameof(Results))]
    public void The_result_of_every_step_binds_topology_member_and_staging_folder_of_the_next(string type)
    {
        Session.Runspace.SessionStateProxy.SetVariable("result", Result(type, _topology.Members[1], Folder["elsewhere"]));
        MemberWork work = One<MemberWork>("$result | Test-MemberWork");
        Assert.Same(_topology, work.Topology);
        Assert.Same(_topology.Members[1], work.Member);
        Assert.Equal(Folder["elsewhere"], work.StagingPath);
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void The_result_of_every_step_pipes_into_every_cmdlet_of_the_procedure(string type)
    {
        Session.Runspace.SessionStateProxy.SetVariable("result", Result(type, _topology.Members[1], Folder["elsewhere"]));
        Assert.All(ShouldProcessSteps, step =>
        {
            int before = Session.Host.Lines.Count;
            Run($"$result | {step} -WhatIf");
            string line = Assert.Single(Session.Host.Lines.Skip(before));
            Assert.Contains(step == "New-EtcdCertificateAuthority" ? Folder["elsewhere"] : "\"infra1 (", line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Client_files_of_a_control_plane_bind_the_topology_and_mean_all_members()
    {
        Session.Runspace.SessionStateProxy.SetVariable("result", new EtcdClientFiles
        {
            Topology = _topology,
            StagingPath = Folder["elsewhere"],
            CertificateOf = _topology.Members[1],
            HostName = "h",
            CaFile = "/c",
            CertFile = "/c",
            KeyFile = "/k",
            NotAfter = default,
            Status = default,
            Steps = [],
            Duration = default,
        });
        MemberWork[] work = All<MemberWork>("$result | Test-MemberWork");
        Assert.Equal(_topology.Members, work.Select(w => w.Member));
        Assert.All(work, w => Assert.Equal(Folder["elsewhere"], w.StagingPath));
    }

    [Theory]
    [InlineData(nameof(EtcdPlan))]
    [InlineData(nameof(EtcdRun))]
    [InlineData(nameof(EtcdPlanStepResult))]
    public void What_is_about_a_whole_cluster_binds_the_topology_and_means_all_members(string type)
    {
        var plan = new EtcdPlan { Topology = _topology, StagingPath = Folder["elsewhere"], CreatedAt = default, Host = [], Step = [], KeepsQuorum = true };
        var step = new EtcdPlanStep { Number = 1, Phase = default, Action = "a", Target = "/t", Change = default, After = new(), Reason = "r", Member = _topology.Members[1] };
        Session.Runspace.SessionStateProxy.SetVariable("result", type switch
        {
            nameof(EtcdPlan) => plan,
            nameof(EtcdRun) => new EtcdRun { RunId = "1", Topology = _topology, StagingPath = Folder["elsewhere"], Plan = plan, StartedAt = default },
            _ => (object)new EtcdPlanStepResult { RunId = "1", Topology = _topology, StagingPath = Folder["elsewhere"], Step = step, Outcome = default },
        });
        MemberWork[] work = All<MemberWork>("$result | Test-MemberWork");
        Assert.Equal(_topology.Members, work.Select(w => w.Member));
        Assert.All(work, w => Assert.Equal(Folder["elsewhere"], w.StagingPath));
    }

    [Fact]
    public void The_authority_binds_the_topology_and_means_all_members()
    {
        MemberWork[] work = All<MemberWork>("$topology | New-EtcdCertificateAuthority -StagingPath ./s | Test-MemberWork");
        Assert.Equal(_topology.Members, work.Select(w => w.Member));
        Assert.All(work, w => Assert.Equal(Folder["s"], w.StagingPath));
    }

    [Fact]
    public void A_step_before_the_staging_folder_is_made_pipes_into_the_one_that_makes_it()
    {
        // Install-EtcdKubeletService comes first on the page, and a script's $PWD may change before the next step.
        Session.Runspace.SessionStateProxy.SetVariable("result", Result(nameof(EtcdKubeletService), _topology.Members[0], Folder["etcd-staging"]));
        Directory.CreateDirectory(Folder["other"]);
        Session.Runspace.SessionStateProxy.Path.SetLocation(Folder["other"]);
        Assert.Equal(Folder["etcd-staging/infra0/kubeadmcfg.yaml"], One<EtcdKubeadmConfig>("$result | New-EtcdKubeadmConfig").Path);
    }

    [Fact]
    public void A_topology_kept_in_a_variable_is_used_again_and_again()
    {
        Run("$null = $topology | New-EtcdKubeadmConfig; $null = $topology | New-EtcdCertificateAuthority");
        Assert.Equal(3, Run("$topology | New-EtcdCertificateSet").Output.Count);
        Assert.Equal(3, Run("New-EtcdCertificateSet $topology").Output.Count);
    }

    [Theory]
    [InlineData("infra1", "infra1")]
    [InlineData("INFRA1", "infra1")]
    [InlineData("infra[02]", "infra0,infra2")]
    [InlineData("*2,infra0,infra*0", "infra0,infra2")]
    public void Members_are_chosen_by_name_and_wildcard_in_the_topologys_order(string chosen, string expected) =>
        Assert.Equal(expected, string.Join(',', All<MemberWork>($"$topology | Test-MemberWork -Member {chosen}").Select(w => w.Member)));

    [Fact]
    public void An_unknown_member_is_refused_by_name_and_the_members_there_are_named()
    {
        ErrorRecord error = Refusal("$topology | New-EtcdKubeadmConfig -Member infra0,web1", "MemberNotFound", "NewEtcdKubeadmConfig");
        Assert.Contains("'web1'", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("infra0,infra1,infra2", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("web1", error.TargetObject);
        Assert.Empty(Folder.Tree());
    }

    [Fact]
    public void A_member_that_several_records_name_is_worked_on_once()
    {
        Session.Runspace.SessionStateProxy.SetVariable("row", Result(nameof(EtcdFileCheck), _topology.Members[1], Folder["etcd-staging"]));
        Assert.Equal(["infra1", "infra0", "infra2"], All<MemberWork>("$row, $row, $topology | Test-MemberWork").Select(w => w.Member.Name));
    }

    [Fact]
    public void A_topology_read_twice_is_one()
    {
        Run("$topology | Export-EtcdTopology ./etcd.yaml");
        Assert.Equal(3, Run("Import-EtcdTopology ./etcd.yaml, ./etcd.yaml | Test-MemberWork").Output.Count);
    }

    [Fact]
    public void What_is_done_once_a_cluster_is_asked_about_once()
    {
        Run("$topology, $topology | New-EtcdCertificateAuthority -WhatIf");
        Assert.Single(Session.Host.Lines);
    }

    [Fact]
    public void Two_clusters_may_go_through_a_step_together_but_not_into_one_staging_folder()
    {
        const string other = "(New-EtcdMember infra0 10.0.1.6 | New-EtcdTopology)";
        Assert.Equal(4, Run($"$topology, {other} | Test-MemberWork").Output.Count);
        ErrorRecord error = Refusal($"$topology, {other} | Test-StagedMemberWork", "StagingFolderShared", "Tests.Commands.TestStagedMemberWork");
        Assert.Contains("infra0,infra1,infra2", error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_two_clusters_that_come_mixed_keep_their_own_topology()
    {
        Run("$other = 0..2 | ForEach-Object { New-EtcdMember \"etcd$_\" \"10.0.1.$_\" } | New-EtcdTopology");
        Run("$mixed = 0..2 | ForEach-Object { $topology | New-EtcdKubeadmConfig -StagingPath a -Member infra$_; $other | New-EtcdKubeadmConfig -StagingPath b -Member etcd$_ }");
        EtcdKubeadmConfig[] again = All<EtcdKubeadmConfig>("$mixed | New-EtcdKubeadmConfig");
        Assert.Equal(6, again.Length);
        Assert.All(again, config => Assert.Contains(config.Member, config.Topology.Members));
        Assert.All(again, config => Assert.Equal(EtcdChange.Unchanged, config.Status));
    }

    private static object Result(string type, EtcdTopology topology, EtcdMember member, string staging) => type switch
    {
        nameof(EtcdKubeletService) => new EtcdKubeletService { Topology = topology, Member = member, StagingPath = staging, HostName = "h", Status = default, Steps = [], Duration = default, ConfigPath = "/c", DropInPath = "/d", ManifestDirectory = "/m", ActiveState = "active" },
        nameof(EtcdHostImage) => new EtcdHostImage { Topology = topology, Member = member, StagingPath = staging, HostName = "h", Status = default, Steps = [], Duration = default, Image = "i", Tool = "crictl" },
        nameof(EtcdKubeadmConfig) => new EtcdKubeadmConfig { Topology = topology, Member = member, StagingPath = staging, Path = "/p", ApiVersion = "v1beta4", Content = "", Status = default },
        nameof(EtcdCertificateSet) => new EtcdCertificateSet { Topology = topology, Member = member, StagingPath = staging, Path = "/p", Certificates = [], Status = default },
        nameof(EtcdCertificateRequest) => new EtcdCertificateRequest { Topology = topology, Member = member, StagingPath = staging, Name = "etcd/server", Path = "/p", KeyPath = "/k", Subject = "CN=x", KeyAlgorithm = default, Status = default },
        nameof(EtcdMemberCertificate) => new EtcdMemberCertificate { Topology = topology, Member = member, StagingPath = staging, Name = "etcd/server", Path = "/p", Subject = "CN=x", SerialNumber = "01", NotBefore = default, NotAfter = default, Sha256 = "", Status = default },
        nameof(EtcdMemberFiles) => new EtcdMemberFiles { Topology = topology, Member = member, StagingPath = staging, HostName = "h", Status = default, Steps = [], Duration = default, IncludesCaKey = false },
        nameof(EtcdHostCheck) => new EtcdHostCheck { Topology = topology, Member = member, StagingPath = staging, HostName = "h", Check = EtcdHostCheckKind.Port, Severity = EtcdCheckSeverity.Passed, Finding = "free" },
        nameof(EtcdFileCheck) => new EtcdFileCheck { Topology = topology, Member = member, StagingPath = staging, HostName = "h", Path = "/p", IsExpected = true, Passed = true },
        nameof(EtcdStaticPod) => new EtcdStaticPod { Topology = topology, Member = member, StagingPath = staging, HostName = "h", Status = default, Steps = [], Duration = default, Generator = default, Path = "/p", Image = "i" },
        nameof(EtcdStaticPodManifest) => new EtcdStaticPodManifest { Topology = topology, Member = member, StagingPath = staging, Path = "/p", Image = "i", Sha256 = "", Content = "", Status = default },
        nameof(EtcdMemberIdentity) => new EtcdMemberIdentity { Topology = topology, Member = member, StagingPath = staging, PeerUrl = "p", ClientUrl = "c", MetricsUrl = "m", Image = "i" },
        nameof(EtcdRunJournal) => new EtcdRunJournal { Topology = topology, Member = member, StagingPath = staging, HostName = "h", RunId = "r", Owner = "o", ProcessId = 1, Command = "c", Cluster = "c", State = default, StartedAt = default, Steps = [] },
        nameof(EtcdEndpointHealth) => new EtcdEndpointHealth { Topology = topology, Member = member, StagingPath = staging, Endpoint = "e", Healthy = true, Took = default },
        nameof(EtcdDifference) => new EtcdDifference { Topology = topology, Member = member, StagingPath = staging, HostName = "h", Kind = default, Target = "/p", Expected = "a", Actual = "b" },
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private object Result(string type, EtcdMember member, string staging) => Result(type, _topology, member, staging);
}
