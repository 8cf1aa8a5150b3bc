namespace EtcdHa;

/// <summary>Whose member's data a data directory on a host holds.</summary>
public enum EtcdDataOwner
{
    /// <summary>Nobody's: there is no directory, or no member in it.</summary>
    None,

    /// <summary>The member's own: cluster and member ID are those the topology founds.</summary>
    ThisMember,

    /// <summary>The topology's cluster, but not the ID this member was founded with: a member added later, or another member's data.</summary>
    ThisCluster,

    /// <summary>A cluster the topology does not found.</summary>
    AnotherCluster,

    /// <summary>It cannot be told: the write-ahead log is unreadable, or the topology's token is still to be made.</summary>
    Unknown,
}
