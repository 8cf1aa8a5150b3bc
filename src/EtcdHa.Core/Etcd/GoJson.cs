using System.Globalization;
using System.Text;

namespace EtcdHa.Core.Etcd;

/// <summary>JSON values as Go's encoding/json writes them: what is not ASCII stays, what HTML gives a meaning is escaped.</summary>
internal static class GoJson
{
    public static string Boolean(bool value) => value ? "true" : "false";

    public static string String(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }
}
