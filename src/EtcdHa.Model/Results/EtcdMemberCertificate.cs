namespace EtcdHa;

/// <summary>
/// One certificate of a member that was signed elsewhere and imported, while others of the member are still missing. When all
/// four are there, an <see cref="EtcdCertificateSet"/> comes in its place.
/// </summary>
public sealed record EtcdMemberCertificate : EtcdCertificate
{
    /// <summary>The whole topology: binds to the next cmdlet.</summary>
    public required EtcdTopology Topology { get; init; }

    /// <summary>The member: binds to the next cmdlet.</summary>
    public required EtcdMember Member { get; init; }

    /// <summary>The staging folder, absolute: binds to the next cmdlet.</summary>
    public required string StagingPath { get; init; }

    /// <summary>Member and base name.</summary>
    public override string ToString() => $"{Member.Name} {Name}";
}
