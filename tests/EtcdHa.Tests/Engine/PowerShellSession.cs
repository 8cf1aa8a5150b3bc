using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EtcdHa.Tests.Engine;

/// <summary>One runspace with EtcdHa imported, unless asked otherwise.</summary>
internal sealed class PowerShellSession : IDisposable
{
    private readonly Runspace _runspace;

    /// <summary>Opens a runspace with the engine's own commands and those of the test.</summary>
    /// <param name="import">Whether EtcdHa is imported.</param>
    /// <param name="testCommands">Cmdlet classes of the test assembly.</param>
    public PowerShellSession(bool import = true, params Type[] testCommands)
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (Type type in testCommands)
        {
            var name = (CmdletAttribute)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute))!;
            state.Commands.Add(new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", type, null));
        }

        _runspace = RunspaceFactory.CreateRunspace(Host, state);
        _runspace.Open();
        if (import)
        {
            Invoke($"Import-Module '{BuiltModule.Manifest}'").RequireNoErrors();
        }
    }

    /// <summary>What the host was shown and asked.</summary>
    public RecordingHost Host { get; } = new();

    public Runspace Runspace => _runspace;

    /// <summary>Runs a script to its end. A terminating error is in <see cref="ScriptResult.Terminating"/>.</summary>
    public ScriptResult Invoke(string script)
    {
        using PowerShell shell = Create(script);
        Collection<PSObject> output = [];
        RuntimeException? terminating = null;
        try
        {
            output = shell.Invoke();
        }
        catch (RuntimeException e)
        {
            terminating = e;
        }

        return new ScriptResult(output, shell.Streams, terminating);
    }

    /// <summary>A pipeline of this runspace, for tests that start and stop it themselves.</summary>
    public PowerShell Create(string script)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return shell;
    }

    public void Dispose() => _runspace.Dispose();
}

/// <summary>What a script left behind.</summary>
internal sealed class ScriptResult(IReadOnlyList<PSObject> output, PSDataStreams streams, RuntimeException? terminating)
{
    public IReadOnlyList<PSObject> Output { get; } = output;

    public IReadOnlyList<ErrorRecord> Errors { get; } = [.. streams.Error];

    public IReadOnlyList<string> Warnings { get; } = [.. streams.Warning.Select(r => r.Message)];

    public IReadOnlyList<string> Verbose { get; } = [.. streams.Verbose.Select(r => r.Message)];

    public IReadOnlyList<string> Debug { get; } = [.. streams.Debug.Select(r => r.Message)];

    public IReadOnlyList<ProgressRecord> Progress { get; } = [.. streams.Progress];

    public IReadOnlyList<InformationRecord> Information { get; } = [.. streams.Information];

    public RuntimeException? Terminating { get; } = terminating;

    /// <summary>The output as its base objects.</summary>
    public IEnumerable<T> As<T>() => Output.Select(o => o.BaseObject).Cast<T>();

    public string Text() => string.Join('\n', Output);

    public ScriptResult RequireNoErrors()
    {
        Assert.Null(Terminating);
        Assert.Empty(Errors);
        return this;
    }
}
