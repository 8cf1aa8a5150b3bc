namespace EtcdHa;

/// <summary>What is done about a data directory that an earlier member left on a host where none is installed.</summary>
public enum EtcdStaleData
{
    /// <summary>Data that is not certainly the member's own is an error that says whose it is. The member's own is gone on with.</summary>
    Refuse,

    /// <summary>Data that is not certainly the member's own is renamed, with a time stamp, on the same file system. Nothing is deleted.</summary>
    MoveAside,

    /// <summary>Data whose member and cluster ID are those the topology founds is gone on with, also where an older cluster could have the same; other data is an error.</summary>
    Adopt,
}
