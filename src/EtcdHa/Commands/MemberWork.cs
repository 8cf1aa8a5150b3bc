namespace EtcdHa.Commands;

/// <summary>One member that a cmdlet works on.</summary>
/// <param name="Topology">The topology, with the staging folder's token; the same object for all members of one cluster.</param>
/// <param name="Member">The member.</param>
/// <param name="StagingPath">The staging folder, absolute; it need not exist.</param>
internal sealed record MemberWork(EtcdTopology Topology, EtcdMember Member, string StagingPath)
{
    /// <summary>True for the topology's first member, the page's HOST0.</summary>
    public bool IsFirst => ReferenceEquals(Member, Topology.Members[0]);
}
