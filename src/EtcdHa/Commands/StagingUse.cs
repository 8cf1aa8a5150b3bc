namespace EtcdHa.Commands;

/// <summary>What a cmdlet has to do with the staging folder.</summary>
internal enum StagingUse
{
    /// <summary>It compares with the folder if there is one.</summary>
    IfPresent,

    /// <summary>It reads or writes the folder, which can be one cluster's only.</summary>
    Needed,

    /// <summary>Nothing: it need not be the cluster's.</summary>
    None,
}
