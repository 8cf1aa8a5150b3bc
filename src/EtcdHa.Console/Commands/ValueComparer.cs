using System.Globalization;
using System.Management.Automation;

namespace EtcdHa.Console.Commands;

/// <summary>Orders values as the language compares them; what cannot be compared is ordered by its text.</summary>
internal sealed class ValueComparer(bool caseSensitive) : IComparer<object?>
{
    private readonly bool _caseSensitive = caseSensitive;

    public int Compare(object? x, object? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        return LanguagePrimitives.TryCompare(x, y, !_caseSensitive, CultureInfo.CurrentCulture, out var order)
            ? order
            : CultureInfo.CurrentCulture.CompareInfo.Compare(
                x.ToString(), y.ToString(), _caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase);
    }
}
