using System.Text;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Staging;

/// <summary>
/// The topology a staging folder belongs to, <c>&lt;staging&gt;/topology.yaml</c>. It keeps a generated
/// initial-cluster-token, so that a script that makes its topology anew each time still writes the same bytes.
/// </summary>
public static class StagedTopology
{
    /// <summary>The topology to go on with: as given, but with the folder's token when its own was made up.</summary>
    /// <param name="topology">The topology as given.</param>
    /// <param name="stagingPath">The staging folder, absolute; it need not exist.</param>
    /// <exception cref="EtcdStagingException"><c>StagingTokenDiffers</c>: the folder belongs to a build with another token;
    /// <c>StagingFolderForeign</c>: it belongs to a cluster with no address in common, whose token and CA must not be taken.</exception>
    public static EtcdTopology Resolve(EtcdTopology topology, string stagingPath)
    {
        ArgumentNullException.ThrowIfNull(topology);
        string path = new StagingFolder(stagingPath).TopologyPath;
        if (new StagingFiles(stagingPath).Read(path) is not { } bytes)
        {
            return topology;
        }

        EtcdTopology staged = TopologyFile.Read(Encoding.UTF8.GetString(bytes), path);
        if (!staged.Members.Select(m => m.Address).Intersect(topology.Members.Select(m => m.Address), StringComparer.Ordinal).Any())
        {
            throw new EtcdStagingException("StagingFolderForeign", stagingPath, staged, topology) { Subject = stagingPath };
        }

        return IsUndecided(staged) || (staged.InitialClusterToken == topology.InitialClusterToken && !IsUndecided(topology)) ? topology
            : topology.IsTokenGenerated && staged.InitialClusterToken is { } token ? topology with { InitialClusterToken = token }
            : throw new EtcdStagingException("StagingTokenDiffers", stagingPath, NameOf(staged), NameOf(topology)) { Subject = stagingPath };
    }

    /// <summary>The topology a staging folder belongs to.</summary>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    /// <exception cref="EtcdStagingException"><c>StagingTopologyMissing</c>: there is none.</exception>
    public static EtcdTopology Read(string stagingPath)
    {
        string path = new StagingFolder(stagingPath).TopologyPath;
        return new StagingFiles(stagingPath).Read(path) is { } bytes
            ? TopologyFile.Read(Encoding.UTF8.GetString(bytes), path)
            : throw new EtcdStagingException("StagingTopologyMissing", path) { Subject = path };
    }

    /// <summary>Tells whether two topologies say the same, whether or not they are one object.</summary>
    /// <param name="one">A topology, as <see cref="Resolve"/> gave it.</param>
    /// <param name="other">Another, likewise.</param>
    public static bool AreEqual(EtcdTopology one, EtcdTopology other) => Text(one) == Text(other);

    /// <summary>The topology with a token, when it is to have one.</summary>
    /// <param name="topology">As <see cref="Resolve"/> gave it.</param>
    /// <param name="randomBytes">The random source.</param>
    public static EtcdTopology WithToken(EtcdTopology topology, Func<int, byte[]> randomBytes)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return IsUndecided(topology)
            ? topology with { InitialClusterToken = InitialClusterToken.New(randomBytes) }
            : topology;
    }

    /// <summary>Refuses a topology whose token is still to be made: made up here, it would be another one in the next run.</summary>
    /// <param name="topology">As <see cref="Resolve"/> gave it.</param>
    /// <exception cref="EtcdStagingException"><c>StagingTokenMissing</c>.</exception>
    public static void RequireToken(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (IsUndecided(topology))
        {
            throw new EtcdStagingException("StagingTokenMissing", topology) { Subject = topology };
        }
    }

    /// <summary>Writes the topology into the staging folder; the same bytes stay untouched.</summary>
    /// <param name="topology">As <see cref="Resolve"/> gave it.</param>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    public static void Write(EtcdTopology topology, string stagingPath)
    {
        ArgumentNullException.ThrowIfNull(topology);
        new StagingFolder(stagingPath).WriteTopology(Text(topology));
    }

    // Who made the token up does not matter once it is there; one still to be made is not the same as none.
    internal static string Text(EtcdTopology topology) => TopologyFile.Write(topology with { IsTokenGenerated = IsUndecided(topology) });

    // A token is wanted and not made yet.
    internal static bool IsUndecided(EtcdTopology topology) => topology is { InitialClusterToken: null, IsTokenGenerated: true };

    private static string NameOf(EtcdTopology topology)
        => topology.InitialClusterToken ?? (IsUndecided(topology) ? "a new one" : TopologyFile.NoToken);
}
