using System.Text;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>Puts the checks' scripts together.</summary>
internal static class PreflightScript
{
    /// <summary>Seconds a connection has to come about.</summary>
    public const string ConnectSeconds = "3";

    // What is not there yet will be made in the nearest directory above it. A connection is made by what the host has: bash, python3 or nc. Of a name it cannot resolve bash says
    // why, and then "Invalid argument".
    private const string Functions = $$"""
        nearest() {
            near=$1
            while [ ! -d "$near" ]; do near=${near%/*}; [ -n "$near" ] || near=/; done
            printf '%s\n' "$near"
        }
        last_line() { tail -n 1 | tr '|\r' '  '; }
        connect() {
            if command -v bash >/dev/null; then said=$(timeout {{ConnectSeconds}} bash -c 'exec 4<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1) && code=0 || code=$?
            elif command -v python3 >/dev/null; then said=$(timeout {{ConnectSeconds}} python3 -c 'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])))' "$1" "$2" 2>&1) && code=0 || code=$?
            elif command -v nc >/dev/null; then said=$(timeout {{ConnectSeconds}} nc -z "$1" "$2" 2>&1) && code=0 || code=$?
            else said= code=no-tool; fi
            printf '%s|%s' "$code" "$(printf '%s\n' "$said" | sed '/Invalid argument$/d' | last_line)"
        }

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
