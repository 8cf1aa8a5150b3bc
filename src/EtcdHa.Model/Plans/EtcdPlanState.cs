namespace EtcdHa;

/// <summary>How a path or unit is, or will be. What a property does not apply to, or is not known yet, is null.</summary>
public sealed record EtcdPlanState
{
    /// <summary>SHA-256 of a file's content in lower-case hex. Null for directories and units, and for a file that is made in the run: its hash is known when made.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Owner and group, <c>root:root</c>; null for a unit and on the workstation.</summary>
    public string? Owner { get; init; }

    /// <summary>Mode in octal, <c>0600</c>; null for a unit and on the workstation.</summary>
    public string? Mode { get; init; }

    /// <summary>A unit's state, <c>active (running)</c>; null for paths.</summary>
    public string? Unit { get; init; }

    /// <summary>What is known, in one line: <c>root:root 0600 sha256 1f2e3d4c5b6a</c>.</summary>
    public override string ToString()
    {
        string?[] parts = [Unit, Owner, Mode, Sha256 is null ? null : "sha256 " + Sha256[..Math.Min(12, Sha256.Length)]];
        return string.Join(' ', parts.OfType<string>());
    }
}
