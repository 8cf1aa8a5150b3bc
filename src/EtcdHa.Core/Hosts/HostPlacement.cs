using System.Globalization;
using System.Text;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// The script that applies changes of directories and files: directories first; then every file is staged in a private directory
/// and verified; only when all are there are they renamed in, and files and directories synced, so that a power cut leaves
/// none empty. The contents arrive on standard input, in the order of the file changes. The staging directories go in every
/// case but a power cut; what one left behind goes with a later placement. Done again after the connection dropped, it removes the stages
/// of the attempts before: up to the renames it may be done any number of times, and a rename brings the same bytes again.
/// </summary>
internal static class HostPlacement
{
    private const string Functions = """
        cleanup() { rm -rf -- "$@"; }
        make_directory() {
            if [ ! -d "$1" ]; then
                [ -d "${1%/*}/" ] || make_directory "${1%/*}" 0755
                mkdir -- "$1"
            fi
            chown -- root:root "$1"; chmod -- "$2" "$1"; sync -- "$1" "${1%/*}/"
        }
        make_stage() {
            find "${1%/*}/" -maxdepth 1 -type d -name '.etcdha.*' -mmin +60 -exec rm -rf -- {} + || :
            rm -rf -- "${1%.*}".[0-9]
            mkdir -- "$1"
        }
        stage() {
            : > "$1"
            input > "$1" || { echo "$2 could not be staged in ${1%/*}" >&2; exit 74; }
        }
        verify() { [ "$(sha256sum < "$1" | cut -c1-64)" = "$2" ] || { echo "the checksum of $3 differs after the transfer" >&2; exit 74; }; }
        mount_of() {
            here=$(cd -- "$1" && pwd -P)/ found=/
            while read -r id parent device root point rest; do
                case $here in "${point%/}"/*) [ "${#point}" -lt "${#found}" ] || found=$point ;; esac
            done < /proc/self/mountinfo
            printf '%s\n' "$found"
        }
        same_file_system() {
            set -- "$1" "$2" $(stat -c %d -- "$1" "$2")
            [ "$3 $(mount_of "$1")" = "$4 $(mount_of "$2")" ] || { echo "$2" >&2; exit 75; }
        }
        put() { mv -fT -- "$1" "$2" || { echo "stopped at $2; the files before it are in place" >&2; exit 76; }; }

        """;

    // Exit status of the script: a stage directory is on another file system than the directory it prints.
    private const int OtherFileSystem = 75;

    /// <summary>The script and what it reads.</summary>
    /// <param name="changes">What <see cref="StepComparer"/> found; unchanged steps and units are passed over.</param>
    /// <param name="state">The host they were compared with.</param>
    /// <param name="placement">Names the stages of this placement: letters and digits that no other has.</param>
    /// <param name="attempt">1 to 9.</param>
    public static (string Script, IReadOnlyList<ReadOnlyMemory<byte>> Inputs) Script(
        IEnumerable<StepChange> changes, HostState state, string placement, int attempt = 1)
    {
        StepChange[] wanted = [.. changes.Where(c => c.Change != EtcdChange.Unchanged)];
        StagedChange[] files = Stages(wanted, state);
        var script = new StringBuilder(Functions);
        foreach (StepChange change in wanted.Where(c => c.Step is DirectoryStep))
        {
            Line(script, "make_directory", change.Path, StepChange.Octal(((DirectoryStep)change.Step).Mode));
        }

        if (files.Length > 0)
        {
            MakeStages(script, files, string.Create(CultureInfo.InvariantCulture, $"{placement}.{attempt}"));
            StageAll(script, files);
            PutAll(script, files);
        }

        return (script.ToString(), [.. files.Select(f => f.Step.Content)]);
    }

    /// <summary>Refuses an output that says the script did not do everything.</summary>
    /// <param name="output">What it left behind.</param>
    /// <exception cref="EtcdHostException">
    /// <c>HostDiskFull</c>, <c>HostReadOnly</c>, <c>HostFileSystemsDiffer</c>, or <c>RemoteCommandFailed</c> for anything else.
    /// </exception>
    public static void ThrowIfFailed(RemoteOutput output)
    {
        // Programs speak English: LC_ALL is C.
        bool Said(string words) => output.ErrorText.Contains(words, StringComparison.OrdinalIgnoreCase);
        string? id = output.ExitCode == 0 ? null
            : output.ExitCode == OtherFileSystem ? "HostFileSystemsDiffer"
            : Said("No space left on device") || Said("Disk quota exceeded") ? "HostDiskFull"
            : Said("Read-only file system") ? "HostReadOnly"
            : null;
        if (id is not null)
        {
            throw new EtcdHostException(id, output.Host, RemoteText.LastLines(output.ErrorOutput.Span)) { Subject = output.Host };
        }

        output.ThrowIfFailed();
    }

    private static StagedChange[] Stages(StepChange[] wanted, HostState state)
    {
        var directories = new List<string>();
        var files = new List<StagedChange>();
        foreach (StepChange change in wanted)
        {
            if (change.Step is FileStep step)
            {
                string directory = state.Resolve(step.StageIn).TrimEnd('/');
                if (!directories.Contains(directory))
                {
                    directories.Add(directory);
                }

                files.Add(new StagedChange(change, step, directories.IndexOf(directory), directory, files.Count));
            }
        }

        return [.. files];
    }

    // The names are known and the traps set before the directories are there. SIGPIPE, too: a shell that writes to a
    // connection that is gone would else be ended by it before it cleans up.
    private static void MakeStages(StringBuilder script, StagedChange[] files, string id)
    {
        StagedChange[] stages = [.. files.DistinctBy(f => f.Stage)];
        string words = string.Join(' ', stages.Select(s => $"\"${s.Variable}\""));
        script.AppendJoin(' ', stages.Select(s => $"{s.Variable}={PosixShell.Quote(s.StageIn)}/.etcdha.{id}")).Append('\n');
        script.Append(PosixShell.AtExit("cleanup " + words)).Append('\n');
        foreach (StagedChange stage in stages)
        {
            script.Append(CultureInfo.InvariantCulture, $"make_stage \"${stage.Variable}\"\n");
        }

        foreach ((StagedChange file, string parent) in files.Select(f => (f, f.Parent)).DistinctBy(p => (p.f.Stage, p.Parent)))
        {
            Line(script, $"same_file_system \"${file.Variable}\"", parent);
        }
    }

    // One process for many files where there is a choice: starting them takes most of the time. Only when the checksums are not what
    // they should be each file is looked at.
    private static void StageAll(StringBuilder script, StagedChange[] files)
    {
        foreach (StagedChange file in files)
        {
            Line(script, $"stage {file.Word}", file.Change.Path);
        }

        string sums = string.Join('\n', files.Select(f => f.Step.Sha256));
        script.Append(CultureInfo.InvariantCulture, $"if [ \"$(sha256sum -- {Words(files)} | cut -c1-64)\" != {PosixShell.Quote(sums)} ]; then\n");
        foreach (StagedChange file in files)
        {
            Line(script, $"verify {file.Word}", file.Step.Sha256, file.Change.Path);
        }

        script.Append("fi\n");
        foreach (IGrouping<string, StagedChange> owned in files.GroupBy(f => f.Change.Owner!))
        {
            script.Append(CultureInfo.InvariantCulture, $"chown -- {PosixShell.Quote(owned.Key)} {Words(owned)}\n");
        }

        foreach (IGrouping<int, StagedChange> alike in files.GroupBy(f => f.Step.Mode))
        {
            script.Append(CultureInfo.InvariantCulture, $"chmod -- {StepChange.Octal(alike.Key)} {Words(alike)}\n");
        }

        script.Append(CultureInfo.InvariantCulture, $"sync -- {Words(files)}\n");
    }

    // Nothing stops it between two renames: certificate and key belong together.
    private static void PutAll(StringBuilder script, StagedChange[] files)
    {
        script.Append("trap '' HUP INT PIPE TERM\n");
        foreach (StagedChange file in files)
        {
            Line(script, $"put {file.Word}", file.Change.Path);
        }

        Line(script, "sync --", [.. files.Select(f => f.Parent).Distinct()]);
    }

    private static string Words(IEnumerable<StagedChange> files) => string.Join(' ', files.Select(f => f.Word));

    private static void Line(StringBuilder script, string command, params string[] arguments)
        => script.Append(command).Append(' ').AppendJoin(' ', arguments.Select(PosixShell.Quote)).Append('\n');

    private sealed record StagedChange(StepChange Change, FileStep Step, int Stage, string StageIn, int Number)
    {
        public string Parent => UnixPath.Parent(Change.Path);

        public string Variable => string.Create(CultureInfo.InvariantCulture, $"stage{Stage}");

        public string Word => string.Create(CultureInfo.InvariantCulture, $"\"${Variable}/{Number}\"");
    }
}
