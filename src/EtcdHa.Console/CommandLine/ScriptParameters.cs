using System.Management.Automation.Runspaces;

namespace EtcdHa.Console.CommandLine;

/// <summary>
/// Turns the words after a script's path into what the engine's parameter binder takes, by the rules of
/// <c>pwsh -File</c>: <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c>, <c>-Switch:$false</c>, and the rest by position.
/// </summary>
internal static class ScriptParameters
{
    internal static IEnumerable<CommandParameter> From(IEnumerable<string> words)
    {
        string? awaitingValue = null;
        foreach (var word in words)
        {
            if (awaitingValue is not null)
            {
                yield return new CommandParameter(awaitingValue, word);
                awaitingValue = null;
                continue;
            }

            if (!IsParameterName(word))
            {
                yield return new CommandParameter(null, word);
                continue;
            }

            var colon = word.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                // The binder decides by the parameter's type whether the next word is its value.
                yield return new CommandParameter(word);
            }
            else if (colon == word.Length - 1)
            {
                awaitingValue = word.TrimEnd(':');
            }
            else
            {
                yield return new CommandParameter(word[..colon], BooleanOrText(word[(colon + 1)..]));
            }
        }

        if (awaitingValue is not null)
        {
            throw new UsageException($"The script's parameter '{awaitingValue}:' needs a value.");
        }
    }

    /// <summary>A number such as -1 is a value, as it is in the language.</summary>
    private static bool IsParameterName(string word) =>
        word.Length > 1 && word[0] is '-' or '\u2013' or '\u2014' or '\u2015'
        && (char.IsLetter(word[1]) || word[1] is '_' or '?');

    private static object BooleanOrText(string value) =>
        bool.TryParse(value.StartsWith('$') ? value[1..] : value, out var boolean) ? boolean : value;
}
