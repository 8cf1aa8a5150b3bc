using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EtcdHa.Tests.Engine;

/// <summary>A host that notes the lines it is shown and answers every choice with the first one.</summary>
internal sealed class RecordingHost : PSHost
{
    private readonly RecordingUserInterface _ui = new();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "EtcdHa.Tests";

    public override PSHostUserInterface UI => _ui;

    public override Version Version { get; } = new(1, 0);

    public IReadOnlyList<string> Questions => _ui.Questions;

    public IReadOnlyList<string> Lines => _ui.Lines;

    /// <summary>What is typed when a secret is asked for; when it is empty there is nobody to ask.</summary>
    public Queue<string> Secrets => _ui.Secrets;

    /// <summary>What was shown before each secret was asked for.</summary>
    public IReadOnlyList<string> SecretQuestions => _ui.SecretQuestions;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class RecordingUserInterface : PSHostUserInterface
    {
        private string _written = "";

        public List<string> Questions { get; } = [];

        public List<string> Lines { get; } = [];

        public Queue<string> Secrets { get; } = [];

        public List<string> SecretQuestions { get; } = [];

        public override PSHostRawUserInterface? RawUI => null;

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Questions.Add($"{caption}: {message}");
            return 0;
        }

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
            throw new NotSupportedException();

        public override string ReadLine() => throw new NotSupportedException();

        public override SecureString ReadLineAsSecureString()
        {
            if (!Secrets.TryDequeue(out string? answer))
            {
                throw new NotSupportedException();
            }

            SecretQuestions.Add(_written);
            SecureString secret = new();
            foreach (char c in answer)
            {
                secret.AppendChar(c);
            }

            return secret;
        }

        public override void Write(string value) => _written = value;

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
        {
        }

        public override void WriteDebugLine(string message)
        {
        }

        public override void WriteErrorLine(string value)
        {
        }

        public override void WriteLine(string value) => Lines.Add(value);

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        public override void WriteVerboseLine(string message)
        {
        }

        public override void WriteWarningLine(string message)
        {
        }
    }
}
