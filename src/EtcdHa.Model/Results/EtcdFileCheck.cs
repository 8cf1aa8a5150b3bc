namespace EtcdHa;

/// <summary>One file (or directory) of the page's lists, checked on a host.</summary>
public sealed record EtcdFileCheck : EtcdMemberResult
{
    /// <summary>The SSH target the check used.</summary>
    public required string HostName { get; init; }

    /// <summary>The path on the host.</summary>
    public required string Path { get; init; }

    /// <summary>True for a file of the page's lists; false for one that should not be there.</summary>
    public required bool IsExpected { get; init; }

    /// <summary>True when everything about it is right.</summary>
    public required bool Passed { get; init; }

    /// <summary>What is wrong, in words; empty when it passed.</summary>
    public IReadOnlyList<string> Finding { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Owner and group, <c>root:root</c>; null when the file is not there.</summary>
    public string? Owner { get; init; }

    /// <summary>Mode in octal, <c>0600</c>; null when the file is not there.</summary>
    public string? Mode { get; init; }

    /// <summary>SHA-256 of the content in lower-case hex; null for a directory or a file that is not there.</summary>
    public string? Sha256 { get; init; }

    /// <summary>End of validity of a certificate, UTC; null for other files.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Member, path, and what is wrong.</summary>
    public override string ToString() => $"{Member}: {Path}: {(Passed ? "right" : string.Join(", ", Finding))}";
}
