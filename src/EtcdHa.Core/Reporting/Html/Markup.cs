using System.Globalization;
using System.Net;
using System.Text;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>
/// A piece of HTML. Made of a template whose literal parts are markup and whose holes are text: whatever goes into a hole is encoded,
/// unless it is a piece itself. So nothing that a host or a file says can become markup.
/// </summary>
/// <param name="Html">The markup.</param>
internal readonly record struct Markup(string Html)
{
    /// <summary>Nothing.</summary>
    public static Markup Empty { get; } = new("");

    /// <summary>A piece of a template.</summary>
    /// <param name="template">Markup with holes. A hole has no format: what needs one is formatted before.</param>
    public static Markup Of(FormattableString template) => new(string.Format(
        CultureInfo.InvariantCulture,
        template.Format,
        [.. template.GetArguments().Select(a => a is Markup piece ? piece.Html : Encode(Convert.ToString(a, CultureInfo.InvariantCulture)))]));

    /// <summary>Pieces one behind the other.</summary>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(p => p.Html)));

    /// <summary>Pieces with another between them.</summary>
    public static Markup Join(Markup separator, IEnumerable<Markup> pieces) => new(string.Join(separator.Html, pieces.Select(p => p.Html)));

    /// <inheritdoc/>
    public override string ToString() => Html;

    // Control characters have no meaning in a page, and those that turn the direction of text can make it read as another one: they are shown by number.
    private static string Encode(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var visible = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            bool isHidden = c is not '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
            _ = isHidden ? visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : visible.Append(c);
        }

        return WebUtility.HtmlEncode(visible.ToString());
    }
}
