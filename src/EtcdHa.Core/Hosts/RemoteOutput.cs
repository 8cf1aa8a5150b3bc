using System.Text;

namespace EtcdHa.Core.Hosts;

/// <summary>What a script left behind, without the noise of login banners and profiles.</summary>
/// <param name="Host">The host's name in messages.</param>
/// <param name="Step">What the script was to do.</param>
/// <param name="ExitCode">The script's exit code, 0 to 255.</param>
/// <param name="Output">Its standard output, byte for byte.</param>
/// <param name="ErrorOutput">Its standard error.</param>
public sealed record RemoteOutput(string Host, string Step, int ExitCode, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> ErrorOutput)
{
    /// <summary>Standard output as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);

    /// <summary>Standard error as UTF-8.</summary>
    public string ErrorText => Encoding.UTF8.GetString(ErrorOutput.Span);

    /// <summary>Refuses an exit code other than 0.</summary>
    /// <returns>This output, for chaining.</returns>
    /// <exception cref="EtcdHostException"><c>RemoteCommandFailed</c>, with the last lines of standard error.</exception>
    public RemoteOutput ThrowIfFailed() =>
        ExitCode == 0 ? this : throw new EtcdHostException("RemoteCommandFailed", Host, Step, ExitCode, RemoteText.LastLines(ErrorOutput.Span)) { Subject = Host };
}
