using BenchmarkDotNet.Attributes;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.StaticPods;

namespace EtcdHa.Benchmarks;

/// <summary>Configurations and manifests of 100 clusters of three members, on one thread. Wanted: under 1 s.</summary>
[MemoryDiagnoser]
public class WritingBenchmarks
{
    private readonly EtcdTopology[] _clusters = Clusters.OfThree(100);

    [Benchmark(Description = "kubeadm configs and manifests, 100 clusters of 3")]
    public int ConfigsAndManifests()
    {
        int characters = 0;
        foreach (EtcdTopology topology in _clusters)
        {
            foreach (EtcdMember member in topology.Members)
            {
                characters += KubeadmConfigWriter.Write(topology, member).Length + EtcdManifest.Write(topology, member).Length;
            }
        }

        return characters;
    }
}
