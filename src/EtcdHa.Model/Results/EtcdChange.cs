namespace EtcdHa;

/// <summary>What a step did, or found.</summary>
public enum EtcdChange
{
    /// <summary>Everything was already as wanted; nothing was written.</summary>
    Unchanged,

    /// <summary>It was not there and has been made.</summary>
    Created,

    /// <summary>It was there, differed, and has been replaced.</summary>
    Updated,

    /// <summary>It was there and has been removed.</summary>
    Removed,

    /// <summary>It was there and has been renamed, with a time stamp, to lie beside its place: nothing of it is lost.</summary>
    MovedAside,

    /// <summary>A unit was restarted.</summary>
    Restarted,
}
