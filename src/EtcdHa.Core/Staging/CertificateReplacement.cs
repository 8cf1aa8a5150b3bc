namespace EtcdHa.Core.Staging;

/// <summary>What becomes of a member's certificates that are in the staging folder already.</summary>
public enum CertificateReplacement
{
    /// <summary>Right ones stay; one that is wrong is an error that says everything that is wrong.</summary>
    None,

    /// <summary>Right ones stay; wrong ones are replaced, with new keys.</summary>
    Wrong,

    /// <summary>All four are replaced, with new keys.</summary>
    All,
}
