using EtcdHa.Console.Hosting;

namespace EtcdHa.Console.Interactive;

/// <summary>The terminal this process runs in.</summary>
internal sealed class ProcessTerminal(TerminalStreams streams, CancellationToken shutdown) : ITerminal
{
    private readonly TerminalStreams _streams = streams;
    private readonly CancellationToken _shutdown = shutdown;

    public int Width => _streams.Width;

    public void Write(string text) => SystemConsole.Out.Write(text);

    public ConsoleKeyInfo ReadKey() => TerminalInput.WaitForKey(_shutdown);
}
