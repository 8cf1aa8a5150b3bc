using System.Globalization;
using System.Text;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// How a script travels: the command line tells nothing, everything goes through standard input as lines of base64,
/// the frame first, then the script, then one line an input. The frame marks where the script's own output begins and ends
/// on both streams and carries its exit code behind it, so that noise is told from output and a cut answer from a whole one.
/// </summary>
internal static class RemoteShellProtocol
{
    /// <summary>Exit code with which the frame refuses a shell whose printf is a program: its arguments would show in the process list.</summary>
    public const int UnfitShell = 121;

    /// <summary>What is said on standard error when root, behind a sudo with a password, cannot open the connection's input through /proc.</summary>
    public const string UnfitProc = "no input through /proc";

    /// <summary>Exit code when the user is not root and sudo is not to be used.</summary>
    public const int NotRoot = 123;

    /// <summary>What sudo is told to ask with, behind the marker: a whole line, so that a second question is seen at once.</summary>
    public const string Prompt = " asks";

    private const string ViaSudo = "exec sudo -n env LC_ALL=C sh -c \"$0\" \"$1\"";

    // `read` takes single bytes from a pipe, so what follows the line stays for the next reader.
    private const string ReadFrame = """'read -r frame && eval "$(printf %s "$frame" | base64 -d)"'""";

    /// <summary>
    /// The command line of a run: the same for every script but for the marker, by which <see cref="StopScript"/> finds it.
    /// Single quotes without backslash, newline or exclamation mark: sh, bash, zsh, fish and csh as login shells read it alike.
    /// As root: a root login needs no sudo, and sudo need not be installed for it. With a password it is <see cref="SudoFrame"/> that calls sudo.
    /// </summary>
    /// <param name="sudo">How to become root; null: to run as the user who logged in.</param>
    /// <param name="marker">The run's marker.</param>
    /// <returns>The command line.</returns>
    public static string Command(RemoteSudo? sudo, string marker)
    {
        string otherwise = sudo?.Mode == EtcdSudoMode.None ? $"exit {NotRoot}" : ViaSudo;
        return sudo is null or { GivesPassword: true }
            ? $"env LC_ALL=C sh -c {ReadFrame} {marker}"
            : $"""env LC_ALL=C sh -c 'if [ "$(id -u)" = 0 ]; then exec sh -c "$0" "$1"; else {otherwise}; fi' {ReadFrame} {marker}""";
    }

    /// <summary>
    /// A script that sends SIGTERM to the process groups of other runs, and SIGKILL ten seconds later to what is still there: time for renames
    /// that have begun. sshd passes a signal on neither to root's processes behind sudo nor, before OpenSSH 9.8, to a root login
    /// ("session signalling requires privilege separation").
    /// </summary>
    /// <param name="markers">The other runs' markers; in brackets, or grep's own command line would match too.</param>
    /// <param name="wait">True to wait until they are gone, at most for three seconds: what they clean up, they have cleaned up then.</param>
    /// <returns>The script.</returns>
    public static string StopScript(IEnumerable<string> markers, bool wait = false) => $$"""
        groups() {
            for file in $(grep -l -e {{string.Join(" -e ", markers.Select(m => $"'[{m[0]}]{m[1..]}'"))}} /proc/[0-9]*/cmdline 2>/dev/null); do
                read -r pid name state parent group rest 2>/dev/null < "${file%cmdline}stat" && echo "$group"
            done
        }
        send() { for group in $(groups); do kill "$1" "-$group" 2>/dev/null || :; done; }
        send -TERM
        [ -n "$(groups)" ] || exit 0
        ( trap '' HUP TERM; sleep 10; send -KILL ) </dev/null >/dev/null 2>&1 3<&- &
        {{(wait ? "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do sleep 0.2; [ -n \"$(groups)\" ] || break; done" : ":")}}

        """.ReplaceLineEndings("\n");

    /// <summary>Writes what the command reads.</summary>
    /// <param name="script">The script.</param>
    /// <param name="marker">A word of letters and digits, random for each run.</param>
    /// <param name="passwordLine">What sudo reads, with its line end; null: the run needs no password.</param>
    /// <returns>Frame, script and inputs, a line each; with a password <see cref="SudoFrame"/> and the password before them.</returns>
    public static byte[] Encode(RemoteScript script, string marker, byte[]? passwordLine = null)
    {
        // Inputs may be private keys: encoded straight into the one buffer, which the caller clears.
        ReadOnlyMemory<byte>[] parts =
        [
            .. passwordLine is null ? Array.Empty<ReadOnlyMemory<byte>>() : [Encoding.UTF8.GetBytes(SudoFrame(marker)), passwordLine],
            Encoding.UTF8.GetBytes(Frame(marker)),
            Encoding.UTF8.GetBytes(script.Text),
            .. script.Inputs,
        ];
        byte[] lines = new byte[parts.Sum(part => EncodedLength(part.Length))];
        int offset = 0;
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            offset = WriteLine(part.Span, lines, offset);
        }

        return lines;
    }

    /// <summary>Tells whether the frame began: sudo and the shell let it.</summary>
    public static bool HasBegun(ReadOnlySpan<byte> stream, string marker) => stream.IndexOf(Begin(marker)) >= 0;

    /// <summary>Cuts the script's own part out of a stream.</summary>
    /// <param name="stream">Everything the command wrote.</param>
    /// <param name="marker">The run's marker.</param>
    /// <param name="content">What lies between begin and end, or all behind begin when there is no end.</param>
    /// <returns>The exit code behind the end; null when there is no end.</returns>
    public static int? Decode(ReadOnlySpan<byte> stream, string marker, out ReadOnlySpan<byte> content)
    {
        byte[] begin = Begin(marker);
        int start = stream.IndexOf(begin);
        content = start < 0 ? default : stream[(start + begin.Length)..];
        byte[] end = Encoding.ASCII.GetBytes($"\n{marker} end ");
        int stop = content.LastIndexOf(end);
        if (stop < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = content[(stop + end.Length)..];
        int newline = rest.IndexOf((byte)'\n');
        if (newline < 0 || !int.TryParse(Encoding.ASCII.GetString(rest[..newline]), NumberStyles.None, CultureInfo.InvariantCulture, out int code))
        {
            return null;
        }

        content = content[..stop];
        return code;
    }

    private static byte[] Begin(string marker) => Encoding.ASCII.GetBytes($"{marker} begin\n");

    // Standard input moves to descriptor 3, so that no program in the script swallows the lines that follow.
    // The script is evaluated in a subshell: `exit`, a syntax error and `set -e` end it, not the frame.
    private static string Frame(string marker) => $$"""
        umask 077
        LC_ALL=C; export LC_ALL
        PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
        cd /
        [ "$(command -v printf)" = printf ] || exit {{UnfitShell}}
        exec 3<&0 </dev/null
        input() {
            IFS= read -r input_line <&3 || { echo 'the connection broke before all input came' >&2; return 74; }
            printf %s "$input_line" | base64 -d
        }
        read -r script <&3 || exit 74
        printf '%s begin\n' {{marker}}
        printf '%s begin\n' {{marker}} >&2
        set +e
        ( set -eu; eval "$(printf %s "$script" | base64 -d)" )
        code=$?
        printf '\n%s end %s\n' {{marker}} "$code" >&2
        printf '\n%s end %s\n' {{marker}} "$code"
        exit 0
        """.ReplaceLineEndings("\n");

    // sudo reads the password from a pipe of its own, and the script its lines from the connection's input, which root opens through /proc: so a
    // sudo that asks for nothing leaves the password unread, and one that asks again finds nothing. Its pipe is open for reading
    // and writing and so has no end: an end would be a second, failed attempt for modules that lock accounts (pam_faillock). Instead the second
    // question ends sudo, which the user may do as long as it asks. What sudo says is passed on when nothing began: it would else stand
    // in the middle of what the script says.
    private static string SudoFrame(string marker) => $$"""
        umask 077
        PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
        [ "$(command -v printf)" = printf ] || exit {{UnfitShell}}
        read -r password || exit 74
        read_frame={{ReadFrame}}
        [ "$(id -u)" != 0 ] || exec sh -c "$read_frame" {{marker}}
        exec 3<&0 4>&1 5>&2
        : | {
            exec 6<>/proc/self/fd/0
            printf %s "$password" | base64 -d >&6
            SUDO_PROMPT="{{marker}}{{Prompt}}
        " sh -c 'echo "$$"; exec sudo -k -S env LC_ALL=C sh -c "$@"' sh \
                '[ -r "/proc/$2/fd/3" ] || { echo "{{UnfitProc}}"; exit 1; }; echo "$1 began"; exec sh -c "$0" "$1" <"/proc/$2/fd/3" >"/proc/$2/fd/4" 2>"/proc/$2/fd/5"' \
                "$read_frame" {{marker}} "$$" <&6 2>&1 | {
                read -r pid
                said= asked= began= stuck=
                while IFS= read -r line || [ -n "$line" ]; do
                    said="$said$line
        "
                    case $line in
                        *"{{marker}} began") began=yes ;;
                        *"{{marker}}{{Prompt}}") asked=x$asked ;;
                        *"try again"*) asked=xx ;;
                    esac
                    [ -n "$began" ] || [ "${#asked}" -lt 2 ] || kill -KILL "$pid" 2>/dev/null || { stuck=yes; break; }
                done
                [ -n "$began" ] || printf %s "$said" >&5
                [ -z "$stuck" ] || kill -TERM 0
            }
        }
        exit 1
        """.ReplaceLineEndings("\n");

    private static int EncodedLength(int length) => (length + 2) / 3 * 4 + 1;

    private static int WriteLine(ReadOnlySpan<byte> content, byte[] lines, int offset)
    {
        System.Buffers.Text.Base64.EncodeToUtf8(content, lines.AsSpan(offset), out _, out int written);
        lines[offset + written] = (byte)'\n';
        return offset + written + 1;
    }
}
