namespace EtcdHa.Console.Interactive;

/// <summary>The terminal as the line editor needs it.</summary>
internal interface ITerminal
{
    /// <summary>Columns of the window.</summary>
    int Width { get; }

    /// <summary>Writes text and control sequences.</summary>
    void Write(string text);

    /// <summary>Waits for a key, Ctrl+C included.</summary>
    ConsoleKeyInfo ReadKey();
}
