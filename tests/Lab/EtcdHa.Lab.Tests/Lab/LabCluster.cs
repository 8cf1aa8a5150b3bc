using System.Runtime.Versioning;
using Xunit.Sdk;
using Xunit.v3;

[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: SupportedOSPlatform("linux")]

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>The tests that share one cluster.</summary>
[CollectionDefinition]
public sealed class SharedCluster : ICollectionFixture<LabCluster>;

/// <summary>The cluster most tests share: built once by the documented procedure on hosts that know nothing of it yet, gone afterwards.</summary>
public sealed class LabCluster : IDisposable
{
    private readonly DirectoryInfo? _folder;
    private readonly Procedure? _built;

    public LabCluster()
    {
        if (!LabEnvironment.IsUp)
        {
            return;
        }

        LabEnvironment.Lab("reset");
        Hosts = LabEnvironment.Hosts();
        _folder = Directory.CreateTempSubdirectory("etcdha-lab-");
        try
        {
            _built = Procedure.Run(Hosts, Staging);
        }
        catch
        {
            _folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>infra0, infra1, infra2.</summary>
    internal IReadOnlyList<LabHost> Hosts { get; } = [];

    /// <summary>What the first run of the procedure wrote.</summary>
    internal Procedure Built => _built ?? throw new InvalidOperationException("There is no lab.");

    internal EtcdTopology Topology => Built.Topology;

    /// <summary>A folder for the tests' own files, gone afterwards.</summary>
    internal string Folder => _folder!.FullName;

    /// <summary>The staging folder of the procedure.</summary>
    internal string Staging => Path.Combine(Folder, "staging");

    /// <summary>Hosts as before the procedure: the lab can be used for another cluster at once.</summary>
    public void Dispose()
    {
        if (_folder is not null)
        {
            _folder.Delete(recursive: true);
            LabEnvironment.Lab("reset");
        }
    }
}
