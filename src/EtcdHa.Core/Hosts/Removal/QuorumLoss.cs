using System.Globalization;

namespace EtcdHa.Core.Hosts.Removal;

/// <summary>What the end of members means for the cluster. Pure.</summary>
/// <param name="Size">Members of the topology.</param>
/// <param name="Running">How many of them run now.</param>
/// <param name="Ending">How many of those that run are to end.</param>
internal sealed record QuorumLoss(int Size, int Running, int Ending)
{
    private int Quorum => (Size / 2) + 1;

    private int Staying => Running - Ending;

    /// <summary>True when the cluster has a quorum and loses it.</summary>
    public bool LosesQuorum => Running >= Quorum && Staying < Quorum;

    /// <summary>The same in words; empty when no member that runs ends.</summary>
    /// <param name="names">Those that end.</param>
    public string Text(IEnumerable<string> names) => Ending == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"etcd on {string.Join(", ", names)} ends; {Staying} of {Size} run then, quorum {Quorum}{(LosesQuorum ? ": QUORUM IS LOST" : Running < Quorum ? "; it was lost before" : "")}");
}
