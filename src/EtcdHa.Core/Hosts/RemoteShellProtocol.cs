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

    // `read` takes single bytes from a pipe, so what follows the line stays for the next reader.
    private const string ReadFrame = """'read -r frame && eval "$(printf %s "$frame" | base64 -d)"'""";

    /// <summary>
    /// The command line of a run: the same for every script but for the marker, by which <see cref="StopScript"/> finds it.
    /// Single quotes without backslash, newline or exclamation mark: sh, bash, zsh, fish and csh as login shells read it alike.
    /// As root: a root login needs no sudo, and sudo need not be installed for it.
    /// </summary>
    /// <param name="asRoot">Whether to run as root or as the user who logged in.</param>
    /// <param name="marker">The run's marker.</param>
    /// <returns>The command line.</returns>
    public static string Command(bool asRoot, string marker) => asRoot
        ? $"""env LC_ALL=C sh -c 'if [ "$(id -u)" = 0 ]; then exec sh -c "$0" "$1"; else exec sudo -n env LC_ALL=C sh -c "$0" "$1"; fi' {ReadFrame} {marker}"""
        : $"env LC_ALL=C sh -c {ReadFrame} {marker}";

    /// <summary>
    /// A script that sends SIGTERM to the process group of another run. sshd passes a signal on neither to root's processes
    /// behind sudo nor, before OpenSSH 9.8, to a root login ("session signalling requires privilege separation").
    /// </summary>
    /// <param name="marker">The other run's marker; in brackets, or grep's own command line would match too.</param>
    /// <returns>The script.</returns>
    public static string StopScript(string marker) => $$"""
        for file in $(grep -l '[{{marker[0]}}]{{marker[1..]}}' /proc/[0-9]*/cmdline 2>/dev/null); do
            read -r pid name state parent group rest 2>/dev/null < "${file%cmdline}stat" && kill -TERM "-$group" 2>/dev/null
        done
        """.ReplaceLineEndings("\n");

    /// <summary>Writes what the command reads.</summary>
    /// <param name="script">The script.</param>
    /// <param name="marker">A word of letters and digits, random for each run.</param>
    /// <returns>Frame, script and inputs, a line each.</returns>
    public static byte[] Encode(RemoteScript script, string marker)
    {
        // Inputs may be private keys: encoded straight into the one buffer, which the caller clears.
        int[] lengths = [.. script.Inputs.Select(input => EncodedLength(input.Length))];
        byte[] frame = Encoding.UTF8.GetBytes(Frame(marker));
        byte[] text = Encoding.UTF8.GetBytes(script.Text);
        byte[] lines = new byte[EncodedLength(frame.Length) + EncodedLength(text.Length) + lengths.Sum()];
        int offset = WriteLine(frame, lines, 0);
        offset = WriteLine(text, lines, offset);
        foreach (ReadOnlyMemory<byte> input in script.Inputs)
        {
            offset = WriteLine(input.Span, lines, offset);
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

    private static int EncodedLength(int length) => (length + 2) / 3 * 4 + 1;

    private static int WriteLine(ReadOnlySpan<byte> content, byte[] lines, int offset)
    {
        System.Buffers.Text.Base64.EncodeToUtf8(content, lines.AsSpan(offset), out _, out int written);
        lines[offset + written] = (byte)'\n';
        return offset + written + 1;
    }
}
