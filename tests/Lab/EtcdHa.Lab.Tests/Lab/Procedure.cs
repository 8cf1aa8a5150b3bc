using System.Diagnostics;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>The documented procedure, typed step by step, and what each step wrote.</summary>
internal sealed record Procedure
{
    /// <summary>The parameters of New-EtcdTopology that make the cluster most tests share.</summary>
    public const string DocumentedTopology = "-KubernetesVersion $lab.KubernetesVersion -ImageTag $lab.ImageTag -KeyAlgorithm ECDSA-P256";

    private const string Script = """
        $ErrorActionPreference = 'Stop'
        $lab = Import-EtcdTopology $env:ETCDHA_LAB_TOPOLOGY
        $topology = $hosts | New-EtcdMember |
            New-EtcdTopology -SshUser ubuntu -IdentityFile $key -KnownHostsFile $knownHosts @TOPOLOGY@
        $kubelets = $topology | Install-EtcdKubeletService
        $configs = $topology | New-EtcdKubeadmConfig -StagingPath $staging
        $authority = $configs | New-EtcdCertificateAuthority
        $certificates = $authority | New-EtcdCertificateSet
        $files = $certificates | Copy-EtcdMemberFiles
        $checks = $files | Test-EtcdMemberFiles
        $pods = $files | Install-EtcdStaticPod
        $health = $pods | Test-EtcdClusterHealth -Wait -TimeoutSec 120
        """;

    public required IReadOnlyList<EtcdKubeletService> Kubelets { get; init; }

    public required IReadOnlyList<EtcdKubeadmConfig> Configs { get; init; }

    public required EtcdCertificateAuthority Authority { get; init; }

    public required IReadOnlyList<EtcdCertificateSet> Certificates { get; init; }

    public required IReadOnlyList<EtcdMemberFiles> Files { get; init; }

    public required IReadOnlyList<EtcdFileCheck> Checks { get; init; }

    public required IReadOnlyList<EtcdStaticPod> Pods { get; init; }

    public required IReadOnlyList<EtcdEndpointHealth> Health { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>The topology that travelled to the end, with the token the staging folder keeps.</summary>
    public EtcdTopology Topology => Pods[0].Topology;

    /// <summary>Runs it; any error ends it.</summary>
    /// <param name="hosts">The members' hosts.</param>
    /// <param name="staging">The staging folder.</param>
    /// <param name="topology">Parameters of New-EtcdTopology.</param>
    public static Procedure Run(IReadOnlyList<LabHost> hosts, string staging, string topology = DocumentedTopology)
    {
        using var session = new LabSession();
        session.Set("hosts", hosts);
        session.Set("staging", staging);
        session.Set("key", LabEnvironment.Key);
        session.Set("knownHosts", LabEnvironment.KnownHosts);
        long start = Stopwatch.GetTimestamp();
        session.Run(Script.Replace("@TOPOLOGY@", topology, StringComparison.Ordinal), TimeSpan.FromMinutes(4)).RequireNoErrors();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return new Procedure
        {
            Kubelets = session.Get<EtcdKubeletService>("kubelets"),
            Configs = session.Get<EtcdKubeadmConfig>("configs"),
            Authority = session.Get<EtcdCertificateAuthority>("authority").Single(),
            Certificates = session.Get<EtcdCertificateSet>("certificates"),
            Files = session.Get<EtcdMemberFiles>("files"),
            Checks = session.Get<EtcdFileCheck>("checks"),
            Pods = session.Get<EtcdStaticPod>("pods"),
            Health = session.Get<EtcdEndpointHealth>("health"),
            Elapsed = elapsed,
        };
    }
}
