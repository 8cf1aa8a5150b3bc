namespace EtcdHa;

/// <summary>
/// What a step returns for one member. <see cref="Topology"/>, <see cref="Member"/> and <see cref="StagingPath"/>
/// carry the names of the parameters of every cmdlet, so that each result binds to the next one.
/// </summary>
public abstract record EtcdMemberResult
{
    /// <summary>The whole topology.</summary>
    public required EtcdTopology Topology { get; init; }

    /// <summary>The member this result is about.</summary>
    public required EtcdMember Member { get; init; }

    /// <summary>The staging folder on the workstation, absolute; null for a step that needs none.</summary>
    public string? StagingPath { get; init; }
}
