using System.Management.Automation;

namespace EtcdHa.Console.MissingCommands;

/// <summary>Turns "the term is not recognized" into what the reader needs: where the command lives, and what to do.</summary>
internal static class MissingCommandExplanation
{
    private const string ErrorId = "CommandNotFoundException";

    internal static void AddTo(ErrorRecord record)
    {
        if (record.ErrorDetails is not null
            || !record.FullyQualifiedErrorId.StartsWith(ErrorId, StringComparison.Ordinal)
            || NameOf(record) is not { } name
            || FullPowerShell.Find(name) is not { } command)
        {
            return;
        }

        var subject = string.Equals(name, command.Name, StringComparison.OrdinalIgnoreCase) ? $"'{command.Name}'" : $"'{name}' ({command.Name})";
        record.ErrorDetails = new ErrorDetails(
            $"{subject} is part of PowerShell's {command.Module} module, which this console does not carry.")
        {
            RecommendedAction = Alternatives.For(command.Name) is { } alternative
                ? $"Run the script in PowerShell 7.4 or newer, or use {alternative}."
                : "Run the script in PowerShell 7.4 or newer.",
        };
    }

    private static string? NameOf(ErrorRecord record)
    {
        var name = record.TargetObject as string ?? (record.Exception as CommandNotFoundException)?.CommandName;
        return name?[(name.LastIndexOf('\\') + 1)..];
    }
}
