using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EtcdHa.Console.Hosting;

/// <summary>Writes what the engine has to say and asks what it has to ask.</summary>
internal sealed class ConsoleUserInterface : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    private readonly TerminalStreams _streams;
    private readonly Prompts _prompts;

    internal ConsoleUserInterface(TerminalStreams streams, ITerminalInput input)
    {
        _streams = streams;
        Progress = new ProgressPane(streams);
        RawUI = new RawUserInterface(streams);
        _prompts = new Prompts(this, streams.Interactive, input);
    }

    internal ProgressPane Progress { get; }

    public override PSHostRawUserInterface RawUI { get; }

    /// <summary>Decides whether the engine's error view is coloured; errors go to the error stream.</summary>
    public override bool SupportsVirtualTerminal => _streams.OutputHasColour || _streams.ErrorHasColour;

    public override void Write(string value) => WriteOutput(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteOutput(Coloured(foregroundColor, backgroundColor, value));

    public override void WriteLine() => WriteOutput(Environment.NewLine);

    public override void WriteLine(string value) => WriteOutput(value + Environment.NewLine);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteOutput(Coloured(foregroundColor, backgroundColor, value) + Environment.NewLine);

    public override void WriteErrorLine(string value) => WriteError(Styled(value, PSStyle.Instance.Formatting.Error));

    public override void WriteDebugLine(string message) => WriteLine(Styled("DEBUG: " + message, PSStyle.Instance.Formatting.Debug));

    public override void WriteVerboseLine(string message) => WriteLine(Styled("VERBOSE: " + message, PSStyle.Instance.Formatting.Verbose));

    public override void WriteWarningLine(string message) => WriteLine(Styled("WARNING: " + message, PSStyle.Instance.Formatting.Warning));

    public override void WriteInformation(InformationRecord record)
    {
        // The engine has already shown what was meant for the host.
    }

    public override void WriteProgress(long sourceId, ProgressRecord record) => Progress.Show(sourceId, record);

    public override string ReadLine() => _prompts.ReadLine();

    public override SecureString ReadLineAsSecureString() => _prompts.ReadSecret();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        _prompts.Fields(caption, message, descriptions);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        _prompts.Choice(caption, message, choices, defaultChoice);

    public Collection<int> PromptForChoice(
        string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices) =>
        _prompts.Choices(caption, message, choices, defaultChoices);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        _prompts.Credential(caption, message, userName, targetName);

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) =>
        _prompts.Credential(caption, message, userName, targetName);

    /// <summary>Ends a line that was left open, so that what follows begins its own.</summary>
    internal void EndLine()
    {
        if (Progress.LineIsOpen)
        {
            WriteLine();
        }
    }

    /// <summary>Writes a line to the error stream.</summary>
    internal void WriteError(string value)
    {
        using (Progress.Aside())
        {
            SystemConsole.Error.WriteLine(TerminalStreams.Decorated(value, _streams.ErrorHasColour));
        }
    }

    private void WriteOutput(string value)
    {
        using (Progress.Aside(endsLine: value.EndsWith('\n')))
        {
            SystemConsole.Out.Write(TerminalStreams.Decorated(value, _streams.OutputHasColour));
        }
    }

    private static string Styled(string text, string style) =>
        text.Contains('\u001b', StringComparison.Ordinal) ? text : style + text + PSStyle.Instance.Reset;

    private static string Coloured(ConsoleColor foreground, ConsoleColor background, string text) =>
        text.Length == 0
            ? text
            : PSStyle.MapForegroundColorToEscapeSequence(foreground)
              + (background == ConsoleColor.Black ? string.Empty : PSStyle.MapBackgroundColorToEscapeSequence(background))
              + text
              + PSStyle.Instance.Reset;
}
