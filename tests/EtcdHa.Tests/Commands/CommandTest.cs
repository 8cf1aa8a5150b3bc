using System.Management.Automation;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>A session whose location is an empty folder. Nothing is contacted: the members' addresses are the page's.</summary>
public abstract class CommandTest : IDisposable
{
    /// <summary>The page's three members; the quick key algorithm.</summary>
    protected const string Topology = "0..2 | ForEach-Object { New-EtcdMember \"infra$_\" \"10.0.0.$($_ + 6)\" } | New-EtcdTopology -KeyAlgorithm ECDSA-P256";

    /// <summary>Configurations, authority and certificates of <c>$topology</c> in the default staging folder.</summary>
    protected const string Stage = "$topology = " + Topology + "; $null = $topology | New-EtcdKubeadmConfig | New-EtcdCertificateAuthority | New-EtcdCertificateSet;";

    protected CommandTest(params Type[] testCommands)
    {
        Session = new PowerShellSession(import: true, testCommands);
        Session.Runspace.SessionStateProxy.Path.SetLocation(Folder.Path);
    }

    private protected PowerShellSession Session { get; }

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Session.Dispose();
        Folder.Dispose();
    }

    private protected ScriptResult Run(string script) => Session.Invoke(script).RequireNoErrors();

    private protected T One<T>(string script) => Assert.Single(Run(script).As<T>());

    private protected T[] All<T>(string script) => [.. Run(script).As<T>()];

    /// <summary>The one error of a script, terminating or not; it must be one of EtcdHa's, and say what to do.</summary>
    private protected ErrorRecord Refusal(string script, string errorId, string command)
    {
        ScriptResult result = Session.Invoke(script);
        ErrorRecord error = Assert.Single(result.Terminating is { } terminating ? [terminating.ErrorRecord, .. result.Errors.Where(e => e.Exception != terminating.ErrorRecord.Exception)] : result.Errors);
        Assert.Equal($"{errorId},EtcdHa.{(command.StartsWith("Tests.", StringComparison.Ordinal) ? "" : "Commands.")}{command}Command", error.FullyQualifiedErrorId);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.NotNull(error.TargetObject);
        Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.IsAssignableFrom<EtcdHaException>(error.Exception);
        return error;
    }
}
