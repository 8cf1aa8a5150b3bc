using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Planning;

public sealed class PlanDocumentTests
{
    private static EtcdPlan Plan { get; } = new()
    {
        Topology = Samples.Page() with { InitialClusterToken = "token", KubeadmApiVersion = "v1beta4" },
        StagingPath = "/tmp/staging",
        CreatedAt = new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.Zero),
        Settings = new EtcdPlanSettings { CgroupDriver = "systemd", Generation = EtcdKubeletGeneration.ConfigFile },
        KeepsQuorum = true,
        Warning = ["careful"],
        Host = [new EtcdPlanHost { Member = Samples.Page().Members[1], HostName = "ubuntu@10.0.0.7", StateSha256 = "00", IsEtcdRunning = true, KubeletVersion = "v1.36.3" }],
        Step =
        [
            new EtcdPlanStep { Number = 1, Phase = EtcdPlanPhase.Workstation, Action = "Write the topology", Target = "/tmp/staging/topology.yaml", Change = EtcdChange.Created, After = new(), Reason = "absent" },
            new EtcdPlanStep
            {
                Number = 2, Phase = EtcdPlanPhase.StaticPod, Member = Samples.Page().Members[1], HostName = "ubuntu@10.0.0.7", Action = "Place file", Target = MemberSteps.ManifestPath,
                Change = EtcdChange.Updated, Before = new() { Sha256 = "aa", Owner = "root:root", Mode = "0644" }, After = new() { Sha256 = "bb", Owner = "root:root", Mode = "0600" },
                Diff = "@@ -1,1 +1,1 @@\n-a\n+b\n", RestartsEtcd = true, IsDisruptive = true, QuorumEffect = "etcd restarts", Reason = "content differs",
            },
        ],
    };

    [Fact]
    public void A_plan_that_is_written_and_read_is_the_same_and_written_again_has_the_same_bytes()
    {
        string json = PlanDocument.Write(Plan);
        EtcdPlan read = PlanDocument.Read(json, "plan.json");

        Assert.Equal(Plan.Step.Select(s => s with { Member = null }), read.Step.Select(s => s with { Member = null }));
        Assert.Equal([null, "infra1"], read.Step.Select(s => s.Member?.Name));
        Assert.Equal(Plan.Host.Select(h => h with { Member = read.Host[0].Member }), read.Host);
        Assert.Equal((Plan.Settings, Plan.CreatedAt, Plan.StagingPath, Plan.Summary), (read.Settings, read.CreatedAt, read.StagingPath, read.Summary));
        Assert.Equal(json, PlanDocument.Write(read));
        Assert.DoesNotContain('\r', json);
        Assert.EndsWith("}\n", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"kind\": \"EtcdPlan\"", "\"kind\": \"EtcdTopology\"", "not 'etcdha/v1' and 'EtcdPlan'")]
    [InlineData("\"apiVersion\": \"etcdha/v1\"", "\"apiVersion\": \"etcdha/v2\"", "'etcdha/v2'")]
    [InlineData("\"keepsQuorum\": true,", "\"keepsQuorum\": true, \"more\": 1,", "more")]
    [InlineData("\"keepsQuorum\": true,", "", "keepsQuorum")]
    [InlineData("\"keepsQuorum\": true,", "\"keepsQuorum\": \"yes\",", "keepsQuorum")]
    [InlineData("\"reason\": \"absent\"", "\"reason\": null", "a field is null")]
    [InlineData("\"number\": 2", "\"number\": 3", "not numbered")]
    [InlineData("\"member\": \"infra1\"", "\"member\": \"web\"", "no member 'web'")]
    [InlineData("\"change\": \"Updated\"", "\"change\": 2", "change")]
    [InlineData("\"stagingPath\": \"/tmp/staging\"", "\"stagingPath\": \"staging\"", "not absolute")]
    [InlineData("{\n  \"apiVersion\"", "[\n  \"apiVersion\"", "is not a plan that can be run")]
    public void A_document_that_is_not_a_plan_is_refused(string text, string other, string expected)
    {
        string json = PlanDocument.Write(Plan);
        Assert.Contains(text, json, StringComparison.Ordinal);

        EtcdPlanException error = Assert.Throws<EtcdPlanException>(() => PlanDocument.Read(json.Replace(text, other, StringComparison.Ordinal), "plan.json"));

        Assert.Equal("EtcdPlanFileInvalid", error.ErrorId);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
