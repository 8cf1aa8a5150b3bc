using System.Globalization;
using System.Text;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// The script that looks at paths and units in one round trip, and what it says. It changes nothing. POSIX sh with what every
/// systemd host has: coreutils and systemctl. It runs as root, under the rules of <see cref="RemoteScript"/>.
/// </summary>
internal static class HostLook
{
    /// <summary>Finds the user who logged in (before sudo), their group and home: <c>user</c>, <c>group</c>, <c>home</c>.</summary>
    public const string Identity = """
        user=${SUDO_USER:-$(id -un)}
        group=$(id -gn "$user")
        passwd_line() { if command -v getent >/dev/null; then getent passwd "$1"; else grep "^$1:" /etc/passwd; fi; }
        home=$(passwd_line "$user" | cut -d: -f6)
        case $home in /*) ;; *) echo "the user $user has no home directory" >&2; exit 73 ;; esac

        """;

    /// <summary>
    /// Prints the state of a unit: one call of systemctl, so that its fields belong together. When its process started is taken from
    /// /proc: no other time stamp has a form that needs no parser. It is rounded up, so that a process never seems
    /// older than the files that were placed before its start.
    /// </summary>
    public const string UnitFunction = """
        unit() {
            shown=$(systemctl show -p LoadState -p ActiveState -p SubState -p UnitFileState -p MainPID -- "$1")
            field() { printf '%s\n' "$shown" | sed -n "s/^$1=//p"; }
            pid=$(field MainPID) started=0 args=
            if [ "${pid:-0}" -gt 0 ] && process=$(cat "/proc/$pid/stat" 2>/dev/null); then
                args=$(tr '\000\n' '\037 ' < "/proc/$pid/cmdline") || args=
                set -- ${process##*) }
                started=$(($(sed -n 's/^btime //p' /proc/stat) + ${20} / 100 + 1))
            fi
            printf 'unit|%s|%s|%s|%s|%s|%s\n' "$(field LoadState)" "$(field ActiveState)" "$(field SubState)" "$(field UnitFileState)" "$started" "$args"
        }

        """;

    // Neither a user nor a group name holds it.
    private const char Separator = '|';

    // As UnitFunction prints them in the place of NUL.
    private const char ArgumentSeparator = '\x1f';

    // Three processes whatever the number of paths: starting them takes most of the time. A directory is named with "/." behind it, so that a link to one is followed
    // as before. sha256sum marks a name with a backslash in it by another one at the beginning of the line.
    private const string PathFunction = """
        newline='
        '
        look() {
            kinds= stats= left=$#
            while [ "$left" -gt 0 ]; do
                case $1 in '~') p=$home ;; '~/'*) p=$home/${1#'~/'} ;; *) p=$1 ;; esac
                shift; left=$((left - 1))
                if [ -d "$p" ]; then kinds="$kinds directory"; set -- "$@" "$p/."
                elif [ -f "$p" ] && [ ! -L "$p" ]; then kinds="$kinds file"; set -- "$@" "$p"
                elif [ -e "$p" ] || [ -L "$p" ]; then kinds="$kinds other"; set -- "$@" "$p"
                else kinds="$kinds absent"; fi
            done
            [ $# -eq 0 ] || stats=$(stat -c '%U:%G|%a|%Y' -- "$@")$newline
            for kind in $kinds; do
                [ "$kind" != absent ] || continue
                p=$1; shift
                [ "$kind" != file ] || set -- "$@" "$p"
            done
            files=$#
            [ "$files" -eq 0 ] || set -- $(sha256sum -- "$@" | sed 's/^\\//; s/ .*//')
            [ $# -eq "$files" ] || exit 74
            for kind in $kinds; do
                case $kind in
                    absent) echo 'path|absent||||'; continue ;;
                    file) sum=$1; shift ;;
                    *) sum= ;;
                esac
                printf 'path|%s|%s|%s\n' "$kind" "${stats%%"$newline"*}" "$sum"
                stats=${stats#*"$newline"}
            done
        }

        """;

    /// <summary>The script.</summary>
    /// <param name="paths">Absolute or <c>~/…</c>.</param>
    /// <param name="units">systemd units.</param>
    public static string Script(IEnumerable<string> paths, IEnumerable<string> units)
    {
        var script = new StringBuilder(Identity).Append(PathFunction).Append(UnitFunction);
        script.Append("printf 'user|%s|%s|%s\\n' \"$user\" \"$group\" \"$home\"\n");
        script.Append("look ").AppendJoin(' ', paths.Select(PosixShell.Quote)).Append('\n');

        foreach (string unit in units)
        {
            script.Append("unit ").Append(PosixShell.Quote(unit)).Append('\n');
        }

        return script.ToString();
    }

    /// <summary>Reads what <see cref="Script"/> printed; lines of other scripts in the same round trip are passed over.</summary>
    /// <param name="host">The host, for messages.</param>
    /// <param name="output">What it printed.</param>
    /// <param name="paths">As they were given to <see cref="Script"/>.</param>
    /// <param name="units">As they were given to <see cref="Script"/>.</param>
    /// <exception cref="EtcdHostException"><c>HostAnswerUnreadable</c>: the answer is not of the expected form.</exception>
    public static HostState Read(string host, string output, IReadOnlyList<string> paths, IReadOnlyList<string> units)
    {
        string[][] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(Separator))];
        PathState[] pathStates = [.. lines.Where(f => f is ["path", _, _, _, _, _]).Select(ReadPath)];
        UnitState[] unitStates = [.. lines.Where(IsUnit).Select(ReadUnit)];
        string[]? user = lines.FirstOrDefault(f => f is ["user", _, _, _]);
        return user is not null && pathStates.Length == paths.Count && unitStates.Length == units.Count
            ? new HostState(
                host,
                user[1],
                user[2],
                user[3],
                paths.Zip(pathStates).ToDictionary(p => p.First, p => p.Second),
                units.Zip(unitStates).ToDictionary(u => u.First, u => u.Second))
            : throw Unreadable(host, output);
    }

    /// <summary>What follows the name and the separator on every line of an answer that begins with them.</summary>
    /// <param name="output">A script's output.</param>
    /// <param name="name">The lines' first field.</param>
    public static string[] Values(string output, string name)
    {
        string start = name + Separator;
        return [.. output.Split('\n').Where(l => l.StartsWith(start, StringComparison.Ordinal)).Select(l => l[start.Length..])];
    }

    /// <summary>Reads the one line that <see cref="UnitFunction"/> printed.</summary>
    /// <param name="host">The host, for messages.</param>
    /// <param name="output">What it printed.</param>
    /// <exception cref="EtcdHostException"><c>HostAnswerUnreadable</c>: it printed none.</exception>
    public static UnitState ReadUnitLine(string host, string output)
        => output.Split('\n').Select(line => line.Split(Separator)).FirstOrDefault(IsUnit) is { } fields
            ? ReadUnit(fields)
            : throw Unreadable(host, output);

    /// <summary>The error of an answer that is not of the expected form.</summary>
    /// <param name="host">The host.</param>
    /// <param name="output">What came; looks print nothing that is secret.</param>
    public static EtcdHostException Unreadable(string host, string output)
        => new("HostAnswerUnreadable", host, RemoteText.LastLines(Encoding.UTF8.GetBytes(output))) { Subject = host };

    private static bool IsUnit(string[] fields) => fields is ["unit", _, _, _, _, _, _, ..];

    private static PathState ReadPath(string[] fields)
    {
        PathKind kind = fields[1] switch
        {
            "file" => PathKind.File,
            "directory" => PathKind.Directory,
            "absent" => PathKind.Absent,
            _ => PathKind.Other,
        };
        return kind == PathKind.Absent
            ? PathState.Absent
            : new PathState(kind, fields[2], StepChange.FromOctal(fields[3]), fields[5], Seconds(fields[4]));
    }

    private static UnitState ReadUnit(string[] fields) => new(
        fields[1], fields[2], fields[3], fields[4], Seconds(fields[5]), string.Join(Separator, fields[6..]).Split(ArgumentSeparator, StringSplitOptions.RemoveEmptyEntries));

    private static long Seconds(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : 0;
}
