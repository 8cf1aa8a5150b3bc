namespace EtcdHa;

/// <summary>The files of one member on its host.</summary>
public sealed record EtcdMemberFiles : EtcdHostResult
{
    /// <summary>True when <c>ca.key</c> was part of the copy.</summary>
    public required bool IncludesCaKey { get; init; }
}
