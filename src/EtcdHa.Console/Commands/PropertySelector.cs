using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace EtcdHa.Console.Commands;

/// <summary>One entry of a -Property parameter: a name, a wildcard, a script block, or a table with these and more.</summary>
/// <param name="Expression">What gives the value.</param>
/// <param name="Name">What the value is called, where it is not the expression's own name.</param>
/// <param name="Descending">The direction of the order, where the entry says it.</param>
internal sealed record PropertySelector(PSPropertyExpression Expression, string? Name, bool? Descending)
{
    private static readonly string[] NameKeys = ["name", "label"];

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">What was given.</param>
    /// <param name="named">Whether a table may name its value (Select-Object), or give an order (Sort-Object).</param>
    internal static PropertySelector From(object entry, bool named)
    {
        var value = entry is PSObject wrapped ? wrapped.BaseObject : entry;
        return value switch
        {
            IDictionary table => FromTable(table, named),
            _ => new PropertySelector(ExpressionOf(value), null, null),
        };
    }

    /// <summary>The values the entry has on an object; more than one with a wildcard.</summary>
    internal IEnumerable<(string Name, object? Value)> On(PSObject target)
    {
        var found = Expression.ResolveNames(target)
            .SelectMany(resolved => resolved.GetValues(target))
            .Select(result => (Name ?? result.ResolvedExpression.ToString(), (object?)result.Result))
            .ToList();

        // A plain name an object does not have is a property without value, as in full PowerShell.
        return found.Count == 0 && !Expression.HasWildCardCharacters ? [(Name ?? Expression.ToString(), null)] : found;
    }

    private static PSPropertyExpression ExpressionOf(object? value) => value switch
    {
        ScriptBlock script => new PSPropertyExpression(script),
        string { Length: > 0 } name => new PSPropertyExpression(name),
        null or "" => throw new PSArgumentException("A property has no name."),
        _ => new PSPropertyExpression(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };

    private static PropertySelector FromTable(IDictionary table, bool named)
    {
        PSPropertyExpression? expression = null;
        string? name = null;
        bool? descending = null;
        foreach (DictionaryEntry entry in table)
        {
            var key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? string.Empty;
            var value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            if (IsShortFor(key, "expression"))
            {
                expression = ExpressionOf(value);
            }
            else if (named && NameKeys.Any(full => IsShortFor(key, full)))
            {
                name = Convert.ToString(value, CultureInfo.InvariantCulture);
            }
            else if (!named && IsShortFor(key, "descending"))
            {
                descending = LanguagePrimitives.IsTrue(value);
            }
            else if (!named && IsShortFor(key, "ascending"))
            {
                descending = !LanguagePrimitives.IsTrue(value);
            }
            else
            {
                throw new PSArgumentException(
                    $"The key '{key}' is not valid here. Valid are {(named ? "Name (or Label)" : "Ascending, Descending")} and Expression.");
            }
        }

        return new PropertySelector(expression ?? throw new PSArgumentException("The table has no key 'Expression'."), name, descending);
    }

    private static bool IsShortFor(string key, string full) => key.Length > 0 && full.StartsWith(key, StringComparison.OrdinalIgnoreCase);
}
