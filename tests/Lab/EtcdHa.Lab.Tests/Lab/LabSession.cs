using System.Collections;
using System.Management.Automation;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>A PowerShell session with the module, whose scripts end within a time.</summary>
internal sealed class LabSession : IDisposable
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(2);

    private readonly PowerShellSession _session = new();

    public IReadOnlyList<string> HostLines => _session.Host.Lines;

    public void Set(string name, object? value) => _session.Runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>A variable's objects.</summary>
    public IReadOnlyList<T> Get<T>(string name)
    {
        object? value = _session.Runspace.SessionStateProxy.GetVariable(name);
        IEnumerable items = value is IEnumerable and not string ? (IEnumerable)value : new[] { value };
        return [.. items.Cast<object?>().Where(o => o is not null).Select(o => o is PSObject shell ? shell.BaseObject : o).Cast<T>()];
    }

    /// <summary>Runs a script; it is stopped when the time is over.</summary>
    public ScriptResult Run(string script, TimeSpan? timeout = null)
    {
        using PowerShell shell = _session.Create(script);
        using var output = new PSDataCollection<PSObject>();
        RuntimeException? terminating = null;
        IAsyncResult run = shell.BeginInvoke<PSObject, PSObject>(null, output);
        if (!run.AsyncWaitHandle.WaitOne(timeout ?? DefaultTimeout))
        {
            shell.Stop();
            throw new TimeoutException($"The script did not end within {(timeout ?? DefaultTimeout).TotalSeconds} s: {script}");
        }

        try
        {
            shell.EndInvoke(run);
        }
        catch (RuntimeException e)
        {
            terminating = e;
        }

        return new ScriptResult([.. output], shell.Streams, terminating);
    }

    /// <summary>A pipeline for a test that starts and stops it itself.</summary>
    public PowerShell Create(string script) => _session.Create(script);

    public void Dispose() => _session.Dispose();
}
