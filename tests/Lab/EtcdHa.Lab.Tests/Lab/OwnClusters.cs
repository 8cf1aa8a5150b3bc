namespace EtcdHa.Lab.Tests.Lab;

/// <summary>The tests that make a cluster of their own, one after the other, on the same hosts.</summary>
[CollectionDefinition]
public sealed class OwnCluster : ICollectionFixture<OwnClusters>;

/// <summary>A folder for the clusters' staging folders; at the end the hosts are as before the procedure.</summary>
public sealed class OwnClusters : IDisposable
{
    private readonly DirectoryInfo? _folder = LabEnvironment.IsUp ? Directory.CreateTempSubdirectory("etcdha-lab-") : null;

    /// <summary>Makes the hosts as before the procedure.</summary>
    /// <returns>A staging folder that is not there yet.</returns>
    internal string Reset()
    {
        LabEnvironment.Lab("reset");
        return Path.Combine(_folder!.FullName, Path.GetRandomFileName());
    }

    /// <summary>Removes the folder and resets the hosts.</summary>
    public void Dispose()
    {
        if (_folder is not null)
        {
            _folder.Delete(recursive: true);
            LabEnvironment.Lab("reset");
        }
    }
}
