using System.Text.RegularExpressions;
using EtcdHa.Tests.Console;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Formatting;

public sealed class ViewTests : IDisposable
{
    private static readonly EtcdMember Member = new("infra1", "10.0.0.7");

    private static readonly EtcdTopology Topology = new() { Members = [Member], KubernetesVersion = "v1.33.13", InitialClusterToken = "t" };

    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("dial tcp 10.0.0.7:2379: connect: connection refused")]
    [InlineData("context deadline exceeded (connecting to 10.0.0.7:2379)")]
    [InlineData("server refused the client certificate (unknown ca): it was not signed by the CA that the other members of this cluster trust")]
    public void The_reason_of_an_unhealthy_endpoint_is_whole(string error)
    {
        string shown = Show(new EtcdEndpointHealth
        {
            Endpoint = "https://10.0.0.7:2379",
            Member = Member,
            Healthy = false,
            Took = TimeSpan.FromSeconds(5.0066),
            Error = error,
        });
        Assert.DoesNotContain('…', shown);

        // A table breaks a line within a word where it must.
        Assert.Contains(Spaceless(error), Spaceless(shown), StringComparison.Ordinal);
        Assert.Matches(@"https://10\.0\.0\.7:2379 +infra1 +False +5\.01s", shown);
    }

    [Fact]
    public void A_second_view_shows_what_etcdctl_endpoint_status_does()
    {
        // Format-Table is the console's; the engine alone has none.
        var result = ConsoleProcess.Run("-c", $$"""
            Import-Module '{{BuiltModule.Manifest}}'
            [EtcdHa.EtcdEndpointHealth] @{ Endpoint = 'https://10.0.0.7:2379'; Member = [EtcdHa.EtcdMember]::new('infra1', '10.0.0.7'); Healthy = $true
                MemberId = 'b8e0209f10499c4e'; Version = '3.5.30'; RaftTerm = 2; RaftIndex = 10; DbSize = 20480 } | Format-Table -View Status
            """);
        Assert.Empty(result.Error);
        string shown = result.Output;
        Assert.Matches(@"Endpoint +Member +ID +Version +DbSize", shown);
        Assert.Matches(@"infra1 +b8e0209f10499c4e +3\.5\.30 +20 kB", shown);
    }

    [Fact]
    public void A_finding_stands_beside_its_path_and_files_are_grouped_by_member()
    {
        string shown = Show(new EtcdFileCheck
        {
            Topology = Topology,
            Member = Member,
            HostName = "ubuntu@10.0.0.7",
            Path = "/etc/kubernetes/pki/etcd/peer.key",
            IsExpected = true,
            Passed = false,
            Finding = ["mode 0644, expected 0600", "the key is another certificate's"],
            Mode = "0644",
        });
        Assert.Contains("Member: infra1 (ubuntu@10.0.0.7)", shown, StringComparison.Ordinal);
        Assert.Matches(@"False +/etc/kubernetes/pki/etcd/peer\.key +0644 +mode 0644, expected", shown);
        Assert.Contains(Spaceless("; the key is another certificate's"), Spaceless(shown), StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_says_what_is_and_what_is_expected_also_in_a_narrow_window()
    {
        string shown = Show(new EtcdDifference
        {
            Topology = Topology,
            Member = Member,
            HostName = "ubuntu@10.0.0.7",
            Kind = EtcdDifferenceKind.Mode,
            Severity = EtcdCheckSeverity.Error,
            Target = "/etc/kubernetes/pki/etcd/healthcheck-client.key",
            Expected = "0600",
            Actual = "0644",
        });
        Assert.Contains("Member: infra1 (ubuntu@10.0.0.7)", shown, StringComparison.Ordinal);
        Assert.Contains(Spaceless("ERROR Mode /etc/kubernetes/pki/etcd/healthcheck-client.key: 0644, expected 0600"), Spaceless(shown), StringComparison.Ordinal);
    }

    // The reason is that of the step that failed, and an error: once is enough.
    [Theory]
    [InlineData(EtcdPlanStepOutcome.Failed, true)]
    [InlineData(EtcdPlanStepOutcome.Skipped, false)]
    public void The_reason_stands_beside_the_step_that_failed_and_not_beside_those_it_kept_from_being_taken(EtcdPlanStepOutcome outcome, bool isShown)
    {
        string shown = Show(new EtcdPlanStepResult
        {
            Step = new EtcdPlanStep
            {
                Number = 1,
                Phase = EtcdPlanPhase.Files,
                Member = Member,
                HostName = "h",
                Action = "Place file",
                Target = "/p",
                Change = EtcdChange.Created,
                After = new EtcdPlanState(),
                Reason = "absent",
            },
            Topology = Topology,
            StagingPath = "/s",
            RunId = "r",
            Outcome = outcome,
            Error = "the disk is full",
        });
        Assert.Equal(isShown, shown.Contains("the disk is full", StringComparison.Ordinal));
    }

    // Where PowerShell has no view for a value, such as for the rows within a run's record, it shows the text.
    [Fact]
    public void A_result_as_text_says_whose_and_how_it_is()
    {
        EtcdFileCheck file = new() { Topology = Topology, Member = Member, HostName = "h", Path = "/p", IsExpected = true, Passed = true };
        EtcdMemberFiles files = new() { Topology = Topology, Member = Member, HostName = "h", Status = EtcdChange.Updated, Steps = [], IncludesCaKey = false, Duration = default };
        EtcdEndpointHealth health = new() { Endpoint = "https://10.0.0.7:2379", Healthy = true, Took = default };
        EtcdHostCheck check = new() { Topology = Topology, Member = Member, HostName = "h", Check = EtcdHostCheckKind.Swap, Severity = EtcdCheckSeverity.Passed, Finding = "no swap" };
        Assert.Equal(
            [
                "infra1: /p: right", "infra1: /p: not there, unread", "infra1: Updated", "https://10.0.0.7:2379: healthy", "https://10.0.0.7:2379: refused", "Passed: infra1: Swap: no swap",
            ],
            [
                $"{file}", $"{file with { Passed = false, Finding = ["not there", "unread"] }}", $"{files}", $"{health}", $"{health with { Healthy = false, Error = "refused" }}", $"{check}",
            ]);
    }

    [Fact]
    public void A_plan_is_shown_host_by_host_with_reasons_differences_and_the_summary_last()
    {
        string shown = Show(new EtcdPlan
        {
            Topology = Topology,
            StagingPath = "/s",
            CreatedAt = DateTimeOffset.UnixEpoch,
            KeepsQuorum = true,
            Host = [new EtcdPlanHost { Member = Member, HostName = "ubuntu@10.0.0.7", StateSha256 = "", KubeletVersion = "v1.33.13", IsEtcdRunning = true }],
            Step =
            [
                new EtcdPlanStep
                {
                    Number = 1, Phase = EtcdPlanPhase.StaticPod, Member = Member, HostName = "ubuntu@10.0.0.7", Action = "Place file", Target = "/etc/kubernetes/manifests/etcd.yaml",
                    Change = EtcdChange.Updated, After = new EtcdPlanState { Owner = "root:root", Mode = "0600" }, Diff = "@@ -1,1 +1,1 @@\n-    - --a\n+    - --b\n",
                    RestartsEtcd = true, IsDisruptive = true, QuorumEffect = "etcd on infra1 restarts; 2 of 3 stay, quorum 2", Reason = "content differs",
                },
            ],
        });
        Assert.Equal(
            """
            infra1 (ubuntu@10.0.0.7), kubelet v1.33.13, etcd runs
              ~ /etc/kubernetes/manifests/etcd.yaml (root:root 0600): content differs
                  etcd on infra1 restarts; 2 of 3 stay, quorum 2
                  @@ -1,1 +1,1 @@
                  -    - --a
                  +    - --b

            Plan: 1 to update, 1 etcd restart on 1 host; quorum is kept.
            """,
            shown.Trim().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Where_a_run_was_interrupted_stands_below_its_command()
    {
        EtcdRunJournal run = new()
        {
            RunId = "r",
            Member = Member,
            HostName = "ubuntu@10.0.0.7",
            Owner = "ada@workstation-17",
            ProcessId = 4711,
            Command = "Install-EtcdStaticPod",
            Cluster = "infra1",
            State = EtcdRunState.Interrupted,
            StartedAt = DateTimeOffset.UnixEpoch,
            Steps = [new EtcdRunJournalStep { Action = "place files", HostName = "ubuntu@10.0.0.7", StartedAt = DateTimeOffset.UnixEpoch }],
        };
        Assert.Equal("Install-EtcdStaticPod\n> place files on ubuntu@10.0.0.7", EtcdHa.Formatting.Display.CommandAndStep(run));
        Assert.Equal("Install-EtcdStaticPod", EtcdHa.Formatting.Display.CommandAndStep(run with { State = EtcdRunState.Completed }));
        Assert.Contains(Spaceless("ada@workstation-17 1 Install-EtcdStaticPod > place files on ubuntu@10.0.0.7"), Spaceless(Show(run)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_host_has_its_remedy_on_the_next_line_and_what_passed_has_none()
    {
        EtcdHostCheck check = new()
        {
            Topology = Topology,
            Member = Member,
            HostName = "ubuntu@10.0.0.7",
            Check = EtcdHostCheckKind.Port,
            Target = "2379",
            Severity = EtcdCheckSeverity.Error,
            Finding = "the client port 2379 is held by nc",
            Remedy = "End that process.",
        };
        string shown = Show(check);
        Assert.Contains("Member: infra1 (ubuntu@10.0.0.7)", shown, StringComparison.Ordinal);
        Assert.Matches(@"ERROR +Port +the client port 2379 is held by nc\s*\n +> End that process\.", shown);
        Assert.Equal(check.Finding, EtcdHa.Formatting.Display.FindingAndRemedy(check with { Severity = EtcdCheckSeverity.Information }));
    }

    [Fact]
    public void A_step_says_what_changed_first_and_then_why()
    {
        const string path = "/etc/kubernetes/pki/etcd";
        string shown = Show(new EtcdStepResult { Action = "Create directory", Target = path, Change = EtcdChange.Updated, Reason = "mode 0777, wanted 0755", Mode = "0755" });
        Assert.Matches($@"Updated +Create directory +{path} +0755 +mode 0777, wanted 0755", shown);
    }

    [Fact]
    public void A_kubelet_is_one_line_with_its_generation_and_runtime()
    {
        string shown = Show(new EtcdKubeletService
        {
            Topology = Topology,
            Member = Member,
            HostName = "ubuntu@10.0.0.7",
            Status = EtcdChange.Unchanged,
            Steps = [],
            Duration = TimeSpan.FromSeconds(1.26),
            DropInPath = "/d",
            ConfigPath = null,
            ManifestDirectory = "/m",
            ActiveState = "active",
            KubeletVersion = "v1.23.17",
            Generation = EtcdKubeletGeneration.Flags123,
            ContainerRuntime = EtcdContainerRuntime.Containerd,
            CgroupDriver = "systemd",
        });
        Assert.Matches(@"infra1 +ubuntu@10\.0\.0\.7 +Unchanged +active +v1\.23\.17 +Flags123 +Containerd, systemd", shown);
    }

    [Fact]
    public void An_image_on_a_host_is_shown_whole()
    {
        string shown = Show(new EtcdHostImage
        {
            Topology = Topology,
            Member = Member,
            HostName = "ubuntu@10.0.0.7",
            Status = EtcdChange.Created,
            Steps = [],
            Duration = TimeSpan.FromSeconds(12.34),
            Image = "registry.k8s.io/etcd:3.6.8-0",
            Tool = "crictl",
        });
        Assert.Matches(@"infra1 +ubuntu@10\.0\.0\.7 +Created +crictl +12\.3s", shown);
        Assert.Contains("registry.k8s.io/etcd:3.6.8-0", Spaceless(shown), StringComparison.Ordinal);
    }

    [Fact]
    public void A_topology_shows_what_is_set_and_leaves_out_what_is_not()
    {
        string shown = Show(Topology with { ExtraArg = [new EtcdNameValue("quota-backend-bytes", "8589934592")] });
        Assert.Matches(@"Members +: infra1=10\.0\.0\.7", shown);
        Assert.Matches(@"ExtraArg +: quota-backend-bytes=8589934592", shown);
        Assert.DoesNotContain("ExtraEnv", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_files_and_member_ids_are_tables()
    {
        string files = Show(new EtcdClientFiles
        {
            Topology = Topology,
            StagingPath = "/s",
            CertificateOf = Member,
            HostName = "ubuntu@10.0.0.10",
            CaFile = "/c",
            CertFile = "/etc/kubernetes/pki/apiserver-etcd-client.crt",
            KeyFile = "/k",
            NotAfter = new DateTimeOffset(2027, 11, 23, 0, 0, 0, TimeSpan.Zero),
            Status = EtcdChange.Created,
            Duration = TimeSpan.FromSeconds(1.25),
            Steps = [new EtcdStepResult { Action = "Place file", Target = "/c", Change = EtcdChange.Created }, new EtcdStepResult { Action = "Place file", Target = "/k", Change = EtcdChange.Unchanged }],
        });
        Assert.Matches(@"ubuntu@10\.0\.0\.10 +Created +1 +infra1 +2027-11-23 +1\.[23]s", files);
        Assert.Matches(@"infra1 +f4b8d9506752fd3 +b820765565247b8f +https://10\.0\.0\.7:2379", Show(new EtcdMemberIdentity
        {
            Topology = Topology,
            Member = Member,
            MemberId = "f4b8d9506752fd3",
            ClusterId = "b820765565247b8f",
            ClientUrl = "https://10.0.0.7:2379",
            PeerUrl = "p",
            MetricsUrl = "m",
            Image = "i",
        }));
    }

    [Fact]
    public void Certificates_say_whose_they_are()
    {
        string shown = Show(Certificate("etcd/server", Path.Combine(Path.GetTempPath(), "infra1", "pki", "etcd", "server.crt")));
        Assert.Matches(@"Folder: .*infra1.pki", shown);
        Assert.Matches(@"etcd/server +2027-11-23 +Created +ECDSA-P256 +infra1, 10\.0\.0\.7", shown);
    }

    internal static EtcdCertificate Certificate(string name, string path) => new()
    {
        Name = name,
        Path = path,
        Subject = "CN=infra1",
        SubjectAlternativeName = ["infra1", "10.0.0.7"],
        SerialNumber = "1",
        NotBefore = DateTimeOffset.UnixEpoch,
        NotAfter = new DateTimeOffset(2027, 11, 23, 0, 0, 0, TimeSpan.Zero),
        KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP256,
        Sha256 = "00",
        Status = EtcdChange.Created,
    };

    private static string Spaceless(string text) => Regex.Replace(text, @"\s", "");

    private string Show(object row)
    {
        _session.Runspace.SessionStateProxy.SetVariable("row", row);
        _session.Invoke("$row | Out-Host").RequireNoErrors();
        return Regex.Replace(string.Join('\n', _session.Host.Lines), "\u001b\\[[0-9;]*m", "");
    }
}
