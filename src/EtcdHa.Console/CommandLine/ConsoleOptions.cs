namespace EtcdHa.Console.CommandLine;

internal enum RunMode
{
    Interactive,
    ScriptFile,
    Command,
    StandardInput,
    Help,
    Version,
}

/// <summary>What the command line asked for.</summary>
internal sealed record ConsoleOptions
{
    internal RunMode Mode { get; init; } = RunMode.Interactive;

    /// <summary>The script's path, or the text of -Command.</summary>
    internal string Text { get; init; } = string.Empty;

    /// <summary>Everything after the script's path, as the script is to receive it.</summary>
    internal IReadOnlyList<string> ScriptArguments { get; init; } = [];

    internal bool NoModule { get; init; }

    internal string? ModulePath { get; init; }

    internal bool NonInteractive { get; init; }

    internal bool NoLogo { get; init; }
}
