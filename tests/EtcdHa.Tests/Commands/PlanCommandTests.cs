using System.Management.Automation;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>The cmdlets of plans where no host is reached.</summary>
public sealed class PlanCommandTests : CommandTest
{
    private static readonly EtcdTopology Wanted = new()
    {
        Members = [new("infra0", "10.0.0.6"), new("infra1", "10.0.0.7")],
        KubernetesVersion = "v1.36.3",
        KubeadmApiVersion = "v1beta4",
        InitialClusterToken = "t",
    };

    // Loopback ports nobody listens on: refused at once.
    private const string Unreachable = "$topology = 0..2 | ForEach-Object { New-EtcdMember \"infra$_\" \"10.0.0.$($_ + 6)\" -SshTarget \"ubuntu@127.0.0.1:$($_ + 1)\" } | New-EtcdTopology -KeyAlgorithm ECDSA-P256;";

    [Fact]
    public void A_plan_is_exported_and_imported_and_exported_again_with_the_same_bytes()
    {
        Session.Runspace.SessionStateProxy.SetVariable("plan", Plan());
        FileInfo file = One<FileInfo>("$plan | Export-EtcdPlan ./plan.json -PassThru");
        byte[] bytes = File.ReadAllBytes(file.FullName);

        EtcdPlan read = One<EtcdPlan>("Import-EtcdPlan ./*.json");
        Run("Import-EtcdPlan -LiteralPath ./plan.json | Export-EtcdPlan ./plan.json");

        Assert.Equal(Plan().Summary, read.Summary);
        Assert.Equal(bytes, File.ReadAllBytes(file.FullName));
        Assert.False(bytes.AsSpan().StartsWith("\uFEFF"u8));
    }

    [Fact]
    public void Another_plan_is_not_replaced_without_Force()
    {
        Session.Runspace.SessionStateProxy.SetVariable("plan", Plan());
        Session.Runspace.SessionStateProxy.SetVariable("other", Plan() with { StagingPath = "/elsewhere" });
        Run("$plan | Export-EtcdPlan ./plan.json");

        ErrorRecord error = Refusal("$other | Export-EtcdPlan ./plan.json", "EtcdPlanFileExists", "ExportEtcdPlan");

        Assert.Contains("plan.json", error.ErrorDetails.Message, StringComparison.Ordinal);
        Run("$other | Export-EtcdPlan ./plan.json -Force");
        Assert.Equal("/elsewhere", One<EtcdPlan>("Import-EtcdPlan ./plan.json").StagingPath);
    }

    [Theory]
    [InlineData("", "EtcdPlanFileInvalid")]
    [InlineData("{}", "EtcdPlanFileInvalid")]
    [InlineData("kind: EtcdTopology\n", "EtcdPlanFileInvalid")]
    public void A_file_that_is_no_plan_is_refused_by_name(string content, string errorId)
    {
        File.WriteAllText(Folder["plan.json"], content);
        Assert.Contains("plan.json", Refusal("Import-EtcdPlan ./plan.json", errorId, "ImportEtcdPlan").ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_of_its_own() => Refusal("Import-EtcdPlan ./nowhere.json", "PathNotFound", "ImportEtcdPlan");

    [Theory]
    [InlineData("$topology | Get-EtcdPlan")]
    [InlineData("$topology | Install-EtcdCluster -Force")]
    [InlineData("$topology | Install-EtcdCluster -WhatIf")]
    public void Hosts_that_cannot_be_reached_are_one_error_each_and_nothing_is_planned_or_written(string script)
    {
        Run(Unreachable);

        ScriptResult result = Session.Invoke(script);

        Assert.Empty(result.Output);
        Assert.Equal(["infra0", "infra1", "infra2"], result.Errors.Select(e => e.ErrorDetails.Message.Split(':')[0]).Order());
        Assert.Empty(Folder.Tree());
    }

    [Fact]
    public void A_plan_of_hosts_that_cannot_be_reached_any_more_is_not_run()
    {
        Run(Unreachable);
        EtcdTopology topology = One<EtcdTopology>("$topology");
        Session.Runspace.SessionStateProxy.SetVariable("plan", Plan() with
        {
            Topology = topology,
            StagingPath = Folder["staging"],
            Host = [.. topology.Members.Select(m => new EtcdPlanHost { Member = m, HostName = "h", StateSha256 = "", IsEtcdRunning = false })],
            Step = [Plan().Step[0] with { Target = Folder["staging/topology.yaml"] }],
        });

        ScriptResult result = Session.Invoke("$plan | Invoke-EtcdPlan -PassThru");

        Assert.Equal(3, result.Errors.Count);
        EtcdRun run = Assert.Single(result.As<EtcdRun>());
        Assert.Equal((EtcdRunOutcome.Failed, EtcdPlanStepOutcome.Skipped), (run.Outcome, Assert.Single(run.Step).Outcome));
        Assert.StartsWith("nothing was touched: infra0: ", run.Reason, StringComparison.Ordinal);
        Assert.Empty(Folder.Tree());
    }

    [Fact]
    public void WhatIf_shows_the_plan_as_it_is_and_connects_to_nothing()
    {
        Session.Runspace.SessionStateProxy.SetVariable("plan", Plan());

        Assert.Empty(Run("$plan | Invoke-EtcdPlan -WhatIf").Output);

        string shown = string.Join('\n', Session.Host.Lines);
        Assert.Contains("infra1 (ubuntu@192.0.2.7), etcd runs\n  ~ /etc/kubernetes/manifests/etcd.yaml (root:root 0600): content differs", shown.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains(Plan().Summary, shown, StringComparison.Ordinal);
        Assert.Empty(Folder.Tree());
    }

    [Fact]
    public void A_plan_that_loses_the_quorum_is_refused_without_Force()
    {
        Session.Runspace.SessionStateProxy.SetVariable("plan", Plan() with { KeepsQuorum = false });
        ErrorRecord error = Refusal("$plan | Invoke-EtcdPlan", "EtcdPlanBreaksQuorum", "InvokeEtcdPlan");
        Assert.Contains("QUORUM IS LOST", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void The_steps_and_results_of_a_plan_are_tables_in_scripts_that_pick_them()
    {
        Session.Runspace.SessionStateProxy.SetVariable("plan", Plan());
        Assert.Equal(2, One<int>("@($plan.Step).Count"));
        Assert.Equal("infra1", One<string>("\"$($plan.Step[1].Member)\""));
        Assert.Equal(1, One<int>("@($plan.Step | Where-Object RestartsEtcd).Count"));
    }

    // Pester is not here; what it is given is.
    [Fact]
    public void The_assertion_for_Pester_says_what_differs_and_counts_hosts_that_cannot_be_reached()
    {
        Run(Unreachable);
        Run("function Get-ShouldOperator {} function Add-ShouldOperator { param($Name, $InternalName, $Test) $script:operator = $Name; $script:test = $Test }");
        Run($". '{Path.Combine(BuiltModule.Root, "tests/Acceptance/BeEtcdConformant.ps1")}'");
        Assert.Equal("BeEtcdConformant", One<string>("$script:operator"));
        Run("$topology = @($topology | New-EtcdKubeadmConfig -StagingPath staging)[0].Topology");

        Assert.False(One<bool>("($is = & $script:test $topology -StagingPath staging -SkipMembership).Succeeded"));
        Assert.True(One<bool>("(& $script:test $topology -Negate -StagingPath staging -SkipMembership).Succeeded"));
        string message = One<string>("$is.FailureMessage");
        Assert.StartsWith("Expected the hosts of infra0,infra1,infra2 to be as it says, but:\n  ", message.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", message, StringComparison.Ordinal);
    }

    private static EtcdPlan Plan() => new()
    {
        Topology = Wanted,
        StagingPath = "/staging",
        CreatedAt = DateTimeOffset.UnixEpoch,
        KeepsQuorum = true,
        Host = [new EtcdPlanHost { Member = Wanted.Members[1], HostName = "ubuntu@192.0.2.7", StateSha256 = "00", IsEtcdRunning = true }],
        Step =
        [
            new EtcdPlanStep { Number = 1, Phase = EtcdPlanPhase.Workstation, Action = "Write the topology", Target = "/staging/topology.yaml", Change = EtcdChange.Created, After = new(), Reason = "absent" },
            new EtcdPlanStep
            {
                Number = 2, Phase = EtcdPlanPhase.StaticPod, Member = Wanted.Members[1], HostName = "ubuntu@192.0.2.7", Action = "Place file", Target = "/etc/kubernetes/manifests/etcd.yaml",
                Change = EtcdChange.Updated, After = new() { Owner = "root:root", Mode = "0600" }, RestartsEtcd = true, IsDisruptive = true, Reason = "content differs",
            },
        ],
    };
}
