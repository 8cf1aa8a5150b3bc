using EtcdHa.Core.Reporting;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Reporting;

/// <summary>Reports of the page's cluster as it would be found when all is right, and parts to make others of it.</summary>
internal static class SampleReport
{
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 10, 44, 41, 123, TimeSpan.Zero);

    public static readonly ReportOrigin Origin = new(Now, "ada", "ws1", "1.2.3");

    public static readonly EtcdTopology Topology = Samples.Page() with { InitialClusterToken = "etcd-7f3a", KubeadmApiVersion = "v1beta4" };

    public static ClusterReport Right() => Of(Topology);

    public static ClusterReport Of(
        EtcdTopology topology,
        Func<EtcdEndpointHealth, EtcdEndpointHealth>? health = null,
        Func<ReportedHost, ReportedHost>? host = null,
        Func<ReportMaterial, ReportMaterial>? material = null) => ReportBuilder.Build((material ?? (m => m))(new ReportMaterial(
            topology,
            [.. topology.Members.Select(m => (host ?? (h => h))(Host(m)))],
            [.. topology.Members.Select((m, i) => (health ?? (h => h))(Health(topology, m, i)))],
            Origin)
        {
            Pending = Plan(topology),
        }));

    /// <summary>No host could be looked at, nobody was asked.</summary>
    public static ClusterReport Nothing() => ReportBuilder.Build(
        new ReportMaterial(Topology, [.. Topology.Members.Select(m => ReportedHost.NotSeen($"ubuntu@{m.Address}", "no route"))], [], Origin)
        {
            HealthProblem = "no client certificate",
            PendingProblem = "not every host could be looked at",
        });

    /// <summary>A plan of some steps.</summary>
    public static EtcdPlan Plan(EtcdTopology topology, params EtcdPlanStep[] steps) => new()
    {
        Topology = topology,
        StagingPath = "/home/ada/etcd-staging",
        CreatedAt = Now.AddMinutes(-2),
        Host = [],
        Step = steps,
        KeepsQuorum = true,
    };

    /// <summary>A manifest that differs, in text too.</summary>
    public static EtcdPlanStep Step(int number, int member, EtcdPlanPhase phase = EtcdPlanPhase.StaticPod) => new()
    {
        Number = number,
        Phase = phase,
        Member = Topology.Members[member],
        HostName = "ubuntu@" + Topology.Members[member].Address,
        Action = phase == EtcdPlanPhase.Kubelet ? "Restart unit" : "Place file",
        Target = phase == EtcdPlanPhase.Kubelet ? "kubelet.service" : "/etc/kubernetes/manifests/etcd.yaml",
        Change = phase == EtcdPlanPhase.Kubelet ? EtcdChange.Restarted : EtcdChange.Updated,
        Before = new EtcdPlanState { Sha256 = new string('7', 64), Owner = "root:root", Mode = "0644" },
        After = new EtcdPlanState { Owner = "root:root", Mode = "0600" },
        Diff = "-    value: hunter2",
        RestartsUnit = phase == EtcdPlanPhase.Kubelet ? "kubelet.service" : null,
        RestartsEtcd = true,
        QuorumEffect = "2 of 3 members stay up",
        Reason = "content differs",
    };

    /// <summary>A run of a plan: each step as told.</summary>
    public static EtcdRun Run(EtcdPlan plan, EtcdRunOutcome outcome, params EtcdPlanStepOutcome[] outcomes) => new()
    {
        RunId = "0123456789abcdef0123456789abcdef",
        Topology = plan.Topology,
        StagingPath = plan.StagingPath,
        Plan = plan,
        StartedAt = Now.AddMinutes(-1),
        EndedAt = Now.AddSeconds(-20),
        Outcome = outcome,
        Reason = outcome == EtcdRunOutcome.Completed ? "" : "infra1: the disk is full",
        Operator = "ada@ws1",
        ModuleVersion = "1.2.3",
        Step =
        [
            .. plan.Step.Zip(outcomes, (step, result) => new EtcdPlanStepResult
            {
                RunId = "0123456789abcdef0123456789abcdef",
                Topology = plan.Topology,
                StagingPath = plan.StagingPath,
                Step = step,
                Outcome = result,
                StartedAt = result == EtcdPlanStepOutcome.Skipped ? null : Now.AddSeconds(-50),
                Duration = TimeSpan.FromMilliseconds(1234.5),
                Sha256 = new string('8', 64),
                Error = result == EtcdPlanStepOutcome.Failed ? "the disk is full" : "",
            }),
        ],
    };

    public static EtcdEndpointHealth Health(EtcdTopology topology, EtcdMember member, int index) => new()
    {
        Endpoint = $"https://{member.Address}:2379",
        Topology = topology,
        Member = member,
        Healthy = true,
        Took = TimeSpan.FromMilliseconds(12.3456789),
        Version = "3.6.8",
        MemberId = $"8e9e05c52164694{index}",
        ClusterId = "cdf818194e3a8c32",
        LeaderId = "8e9e05c521646940",
        IsLeader = index == 0,
        IsLearner = false,
        RaftTerm = 4,
        RaftIndex = ulong.MaxValue,
        RaftAppliedIndex = 1234,
        DbSize = 20480,
        DbSizeInUse = 16384,
        DbSizeQuota = 2L << 30,
        StorageVersion = "3.6.0",
    };

    public static ReportedHost Host(EtcdMember member) => new(
        new ReportHost
        {
            SshTarget = $"ubuntu@{member.Address}",
            HostName = member.Name,
            OperatingSystem = "Debian GNU/Linux 13 (trixie)",
            Kernel = "6.12.0",
            KubeletVersion = "v1.36.3",
            KubeletState = "active (running)",
            ContainerRuntimes = ["Containerd 2.0.5"],
            Image = "registry.k8s.io/etcd:3.6.8-0",
            ImageDigest = "sha256:" + new string('a', 64),
            ImageTool = "crictl",
        },
        [
            File(member, "/etc/kubernetes/pki", null, "0755"),
            File(member, "/etc/kubernetes/pki/etcd/server.crt", new string('1', 64), "0644"),
            File(member, "/etc/kubernetes/pki/etcd/server.key", new string('2', 64), "0600"),
        ],
        [Certificate(member, "etcd/ca", Now.AddYears(10)), Certificate(member, "etcd/server", Now.AddDays(364.5)), Certificate(member, "etcd/peer", Now.AddDays(365.5))]);

    public static ReportFile File(EtcdMember member, string path, string? sha256, string mode, params string[] findings) => new()
    {
        Member = member.Name,
        Path = path,
        Right = findings.Length == 0,
        Findings = findings,
        Owner = "root:root",
        Mode = mode,
        Sha256 = sha256,
    };

    public static ReportCertificate Certificate(EtcdMember member, string name, DateTimeOffset notAfter) => new()
    {
        Member = member.Name,
        Name = name,
        Path = $"/etc/kubernetes/pki/{name}.crt",
        Subject = name == "etcd/ca" ? "CN=etcd-ca" : "CN=" + member.Name,
        Issuer = "CN=etcd-ca",
        SubjectAlternativeNames = name == "etcd/ca" ? ["etcd-ca"] : ["localhost", member.Name, member.Address, "127.0.0.1"],
        SerialNumber = "1f2e3d4c5b6a7988",
        NotBefore = Now.AddMinutes(-5),
        NotAfter = notAfter,
        KeyAlgorithm = "RSA-2048",
        Sha256 = new string(name == "etcd/ca" ? 'c' : 'd', 64),
    };
}
