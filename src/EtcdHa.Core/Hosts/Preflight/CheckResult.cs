using static EtcdHa.EtcdCheckSeverity;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>What a check found, before it is said of which host.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record CheckResult(EtcdHostCheckKind Check, EtcdCheckSeverity Severity, string Finding, string Remedy = "")
{
    /// <summary>What of it, where there are several.</summary>
    public string Target { get; init; } = "";

    /// <summary>What was found, typed.</summary>
    public object? Value { get; init; }

    /// <summary>The error a later step would end with.</summary>
    public string? ErrorId { get; init; }

    /// <summary>A check that found what it should.</summary>
    public static CheckResult Pass(EtcdHostCheckKind check, string finding, object? value = null) => new(check, Passed, finding) { Value = value };

    /// <summary>An error in its own words; the host's name in front of them is left to the row.</summary>
    public static CheckResult Of(EtcdHostCheckKind check, EtcdHaException error, string host)
    {
        string prefix = host + ": ";
        string finding = error.Message.StartsWith(prefix, StringComparison.Ordinal) ? error.Message[prefix.Length..] : error.Message;
        return new(check, Error, finding, error.RecommendedAction) { ErrorId = error.ErrorId };
    }

    /// <summary>The host's answer holds nothing about it: a program of the host failed.</summary>
    public static CheckResult Untold(EtcdHostCheckKind check, string what) => new(check, Warning, $"the host does not tell {what}", "Look at it by hand.");
}
