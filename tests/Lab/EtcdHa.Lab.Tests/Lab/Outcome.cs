using System.Management.Automation;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>What a cmdlet that works on hosts did: which it wrote a result for, and the errors of the others.</summary>
internal sealed record Outcome(IReadOnlyList<string> Members, IReadOnlyList<ErrorRecord> Errors)
{
    /// <summary>The one error.</summary>
    public ErrorRecord Error => Assert.Single(Errors);

    public static Outcome Of(ScriptResult result)
    {
        Assert.Null(result.Terminating);
        string[] members = [.. result.Output.Select(o => o.BaseObject)
            .Select(o => o is EtcdMemberResult row ? row.Member.Name : o is EtcdEndpointHealth health ? health.Member!.Name : o.ToString()!).Distinct().Order()];
        return new Outcome(members, result.Errors);
    }

    /// <summary>Exactly one error, of the id, that names the host and says what to do.</summary>
    public void RequireOneError(string id, string member)
    {
        ErrorRecord error = Error;
        Assert.True(error.FullyQualifiedErrorId.StartsWith(id + ",", StringComparison.Ordinal), $"{error.FullyQualifiedErrorId}: {error}");
        Assert.Contains(member, error.ToString(), StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails.RecommendedAction));
    }
}
