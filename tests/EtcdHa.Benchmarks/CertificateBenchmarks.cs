using System.Globalization;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace EtcdHa.Benchmarks;

/// <summary>
/// CAs and certificate sets of three clusters of three members in a staging folder, against making as many bare RSA-2048 keys on
/// all cores. Wanted: a ratio below 1.15. A key takes a random time, hence many of them and many iterations.
/// </summary>
[IterationCount(40)]
[InvocationCount(1)]
public class CertificateBenchmarks
{
    private const int ClusterCount = 3;
    private const int KeysOfCluster = 1 + (3 * 4);

    private readonly EtcdTopology[] _clusters = Clusters.OfThree(ClusterCount);
    private string _folder = "";

    [IterationSetup]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("etcdha-benchmark-").FullName;

    [IterationCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true, Description = "39 bare RSA-2048 keys")]
    public Task BareKeys() => Task.WhenAll(Enumerable.Range(0, ClusterCount * KeysOfCluster).Select(_ => Task.Run(() =>
    {
        using RSA key = RSA.Create(2048);

        // .NET makes the key when it is first looked at.
        return key.ExportSubjectPublicKeyInfo().Length;
    })));

    [Benchmark(Description = "39 RSA-2048 certificates in staging")]
    public Task CertificateSets() => Task.WhenAll(_clusters.Select((topology, index) =>
        Certificates.MakeAsync(topology, Path.Combine(_folder, index.ToString(CultureInfo.InvariantCulture)))));
}
