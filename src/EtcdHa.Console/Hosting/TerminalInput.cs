using System.Management.Automation;
using System.Text;

namespace EtcdHa.Console.Hosting;

/// <summary>Where answers come from.</summary>
internal interface ITerminalInput
{
    /// <summary>A line of input, shown as it is typed; null at the end of the input.</summary>
    string? ReadLine();

    /// <summary>A key that is not shown.</summary>
    ConsoleKeyInfo ReadKey();
}

/// <summary>
/// Reads the terminal key by key, so that Ctrl+C and a signal end a question at once: a thread inside the runtime's own
/// ReadLine could not be called back.
/// </summary>
internal sealed class TerminalInput(Action interrupt, CancellationToken shutdown) : ITerminalInput
{
    private readonly Action _interrupt = interrupt;
    private readonly CancellationToken _shutdown = shutdown;

    public string? ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            var key = ReadKey();
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    SystemConsole.Out.WriteLine();
                    return line.ToString();
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control && line.Length == 0:
                    return null;
                case ConsoleKey.Backspace:
                    if (line.Length > 0)
                    {
                        line.Length--;
                        SystemConsole.Out.Write("\b \b");
                    }

                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                    {
                        line.Append(key.KeyChar);
                        SystemConsole.Out.Write(key.KeyChar);
                    }

                    break;
            }
        }
    }

    public ConsoleKeyInfo ReadKey()
    {
        var key = WaitForKey(_shutdown);
        if (key is not { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control })
        {
            return key;
        }

        SystemConsole.Out.WriteLine("^C");
        _interrupt();
        throw new PipelineStoppedException();
    }

    /// <summary>Waits for a key, Ctrl+C included.</summary>
    /// <exception cref="PipelineStoppedException">The program is to end.</exception>
    internal static ConsoleKeyInfo WaitForKey(CancellationToken shutdown)
    {
        SystemConsole.TreatControlCAsInput = true;
        try
        {
            var key = Task.Run(() => SystemConsole.ReadKey(intercept: true), CancellationToken.None);
            key.Wait(shutdown);
            return key.Result;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            SystemConsole.TreatControlCAsInput = false;
        }
    }
}
