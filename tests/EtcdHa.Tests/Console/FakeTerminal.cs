using System.Text;
using EtcdHa.Console.Interactive;

namespace EtcdHa.Tests.Console;

/// <summary>A terminal that types what it was told to and keeps what was written.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private readonly Queue<ConsoleKeyInfo> _keys = new();
    private readonly StringBuilder _written = new();

    public int Width => 40;

    internal string Written => _written.ToString();

    public void Write(string text) => _written.Append(text);

    public ConsoleKeyInfo ReadKey() => _keys.Dequeue();

    /// <summary>Takes texts, keys, and keys with modifiers.</summary>
    internal void Type(params object[] keys)
    {
        foreach (var key in keys)
        {
            switch (key)
            {
                case string text:
                    foreach (var character in text)
                    {
                        _keys.Enqueue(new ConsoleKeyInfo(character, ConsoleKey.None, shift: false, alt: false, control: false));
                    }

                    break;
                case ConsoleKey plain:
                    _keys.Enqueue(new ConsoleKeyInfo('\0', plain, shift: false, alt: false, control: false));
                    break;
                case ConsoleKeyInfo full:
                    _keys.Enqueue(full);
                    break;
            }
        }
    }
}
