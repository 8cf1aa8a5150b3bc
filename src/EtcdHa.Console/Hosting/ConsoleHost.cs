using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;

namespace EtcdHa.Console.Hosting;

/// <summary>The engine's view of this program.</summary>
internal sealed class ConsoleHost(ConsoleUserInterface ui) : PSHost
{
    private readonly ConsoleUserInterface _ui = ui;

    /// <summary>The code of an <c>exit</c> that ran, or null.</summary>
    internal int? RequestedExit { get; private set; }

    /// <summary>Runs a prompt inside a running command, where there is one to run.</summary>
    internal INestedPrompt? NestedPrompt { get; set; }

    public override string Name => "EtcdHa.Console";

    public override Version Version { get; } = typeof(ConsoleHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    internal static string ProductVersion =>
        typeof(ConsoleHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "unknown";

    public override void SetShouldExit(int exitCode) => RequestedExit = exitCode;

    public override void EnterNestedPrompt()
    {
        if (NestedPrompt is null)
        {
            throw new PSNotSupportedException("A nested prompt needs the interactive prompt; this session runs a script.");
        }

        NestedPrompt.Enter();
    }

    public override void ExitNestedPrompt() => NestedPrompt?.Leave();

    /// <summary>A program started by a script writes to the terminal itself: the progress region must not be in its way.</summary>
    public override void NotifyBeginApplication() => _ui.Progress.Hide();

    public override void NotifyEndApplication()
    {
        // The progress region returns with its next record.
    }
}
