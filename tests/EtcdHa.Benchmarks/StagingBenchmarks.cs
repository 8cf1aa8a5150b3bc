using BenchmarkDotNet.Attributes;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Staging;

namespace EtcdHa.Benchmarks;

/// <summary>The two staging steps of the page for one cluster of three members with P-256 keys. Wanted: under 50 ms warm.</summary>
[IterationCount(40)]
[InvocationCount(1)]
public class StagingBenchmarks
{
    private readonly EtcdTopology _topology = Clusters.OfThree(1, EtcdKeyAlgorithm.EcdsaP256)[0];
    private string _folder = "";

    [IterationSetup]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("etcdha-benchmark-").FullName;

    [IterationCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Description = "configs and P-256 certificate sets of 3 members")]
    public Task ConfigsAndCertificates()
    {
        StagingFolder staging = new(_folder);
        foreach (EtcdMember member in _topology.Members)
        {
            staging.WriteKubeadmConfig(member, KubeadmConfigWriter.Write(_topology, member));
        }

        return Certificates.MakeAsync(_topology, _folder);
    }
}
