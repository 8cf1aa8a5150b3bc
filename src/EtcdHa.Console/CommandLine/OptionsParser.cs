namespace EtcdHa.Console.CommandLine;

/// <summary>
/// Reads the command line as pwsh reads its own: options first, then -Command, or a script with its arguments.
/// </summary>
internal static class OptionsParser
{
    internal static ConsoleOptions Parse(IReadOnlyList<string> arguments, bool inputIsRedirected)
    {
        var options = new ConsoleOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith('-') || argument.Length < 2)
            {
                return argument == "-" ? StandardInput(options, arguments, i) : Script(options, arguments, i);
            }

            switch (argument.TrimStart('-').ToLowerInvariant())
            {
                case "file" or "f":
                    return Value(arguments, i, argument) == "-"
                        ? StandardInput(options, arguments, i + 1)
                        : Script(options, arguments, i + 1);
                case "command" or "c":
                    return Command(options, arguments, i, argument);
                case "help" or "h" or "?":
                    return options with { Mode = RunMode.Help };
                case "version" or "v":
                    return options with { Mode = RunMode.Version };
                case "nomodule":
                    options = options with { NoModule = true };
                    break;
                case "modulepath":
                    options = options with { ModulePath = Value(arguments, i++, argument) };
                    break;
                case "noninteractive" or "noni":
                    options = options with { NonInteractive = true };
                    break;
                case "nologo" or "nol":
                    options = options with { NoLogo = true };
                    break;
                case "noprofile" or "nop":
                    // There are no profiles here, so there is nothing to leave out.
                    break;
                default:
                    throw new UsageException($"The option '{argument}' is not known.");
            }

            if (options is { NoModule: true, ModulePath: not null })
            {
                throw new UsageException("-NoModule and -ModulePath exclude each other.");
            }
        }

        return options with { Mode = inputIsRedirected ? RunMode.StandardInput : RunMode.Interactive };
    }

    private static ConsoleOptions StandardInput(ConsoleOptions options, IReadOnlyList<string> arguments, int dash) =>
        dash == arguments.Count - 1
            ? options with { Mode = RunMode.StandardInput }
            : throw new UsageException("A script from standard input ('-') takes no arguments.");

    private static ConsoleOptions Script(ConsoleOptions options, IReadOnlyList<string> arguments, int script)
    {
        var path = arguments[script];
        if (path.Length == 0)
        {
            throw new UsageException("The script's path is empty.");
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"The script '{path}' does not exist.");
        }

        // The engine would run a file of any other name as a program.
        if (!path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"'{path}' is not a PowerShell script: its name does not end in '.ps1'.");
        }

        return options with
        {
            Mode = RunMode.ScriptFile,
            Text = Path.GetFullPath(path),
            ScriptArguments = [.. arguments.Skip(script + 1)],
        };
    }

    private static ConsoleOptions Command(ConsoleOptions options, IReadOnlyList<string> arguments, int option, string name)
    {
        if (Value(arguments, option, name) == "-")
        {
            return StandardInput(options, arguments, option + 1);
        }

        return options with { Mode = RunMode.Command, Text = string.Join(' ', arguments.Skip(option + 1)) };
    }

    private static string Value(IReadOnlyList<string> arguments, int option, string name) =>
        option + 1 < arguments.Count
            ? arguments[option + 1]
            : throw new UsageException($"The option '{name}' needs a value.");
}
