using System.Text;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>Puts the checks' scripts together.</summary>
internal static class PreflightScript
{
    // What is not there yet will be made in the nearest directory above it.
    private const string Functions = """
        nearest() {
            near=$1
            while [ ! -d "$near" ]; do near=${near%/*}; [ -n "$near" ] || near=/; done
            printf '%s\n' "$near"
        }
        last_line() { tail -n 1 | tr '|\r' '  '; }

        """;

    /// <summary>Every part in a subshell of its own: one that fails takes no other with it.</summary>
    /// <param name="parts">The checks' scripts.</param>
    public static string Of(IEnumerable<string> parts)
    {
        var script = new StringBuilder(Functions);
        foreach (string part in parts.Where(p => p.Length > 0))
        {
            script.Append("(\n").Append(part.TrimEnd('\n')).Append("\n) || :\n");
        }

        return script.ToString();
    }
}
