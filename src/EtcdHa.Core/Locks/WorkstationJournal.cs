using System.Text;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Locks;

/// <summary>The journal of a staging folder: lines of JSON, a step's beginning on disk before the step is taken. It holds no secret, and nothing is ever taken out of it.</summary>
internal sealed class WorkstationJournal : IDisposable
{
    /// <summary>The file in the staging folder.</summary>
    public const string FileName = "journal.jsonl";

    private readonly object _lock = new();
    private readonly FileStream _file;

    private WorkstationJournal(FileStream file) => _file = file;

    /// <summary>Opens it to write; it is made when it is not there.</summary>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    public static WorkstationJournal Open(string stagingPath)
    {
        FileStream file = new StagingFiles(stagingPath).Open(Path.Combine(stagingPath, FileName), FileAccess.ReadWrite, FileShare.ReadWrite);

        // A line that was cut stays a line of its own.
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }

        return new WorkstationJournal(file);
    }

    /// <summary>The runs it tells of, newest first; none when there is no journal.</summary>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    public static IReadOnlyList<EtcdRunJournal> Read(string stagingPath)
    {
        JournalLine[] lines = [.. Lines(stagingPath)];
        bool isHeld = lines.Length > 0 && IsHeld(stagingPath);
        EtcdRunJournal[] runs = [.. lines.GroupBy(l => l.RunId).Select(run => Run(stagingPath, [.. run])).OfType<EtcdRunJournal>().Reverse()];

        // Only the newest can be the one that works there now.
        return [.. runs.Select((run, i) => i == 0 && isHeld && run.State == EtcdRunState.Interrupted ? run with { State = EtcdRunState.Running } : run)];
    }

    /// <summary>Whether a run's interruption was told of already.</summary>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    /// <param name="runId">The run.</param>
    public static bool WasNoted(string stagingPath, string runId) => Lines(stagingPath).Any(l => l.Kind == "noted" && l.RunId == runId);

    /// <summary>Adds a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="wait">True to wait until it is on disk; what came before it is then, too.</param>
    public void Add(JournalLine line, bool wait = true)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line.Write() + "\n");
        lock (_lock)
        {
            _file.Seek(0, SeekOrigin.End);
            _file.Write(bytes);
            if (wait)
            {
                _file.Flush(flushToDisk: true);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static IEnumerable<JournalLine> Lines(string stagingPath)
        => new StagingFiles(stagingPath).Read(Path.Combine(stagingPath, FileName)) is { } bytes
            ? Encoding.UTF8.GetString(bytes).Split('\n').Select(JournalLine.Read).OfType<JournalLine>()
            : [];

    private static bool IsHeld(string stagingPath)
    {
        if (!File.Exists(Path.Combine(stagingPath, StagingLock.FileName)))
        {
            return false;
        }

        using StagingLock? taken = StagingLock.TryTake(stagingPath);
        return taken is null;
    }

    private static EtcdRunJournal? Run(string stagingPath, JournalLine[] lines)
    {
        if (Array.Find(lines, l => l.Kind == "run") is not { } run)
        {
            return null;
        }

        JournalLine? end = Array.FindLast(lines, l => l.Kind == "end");
        EtcdRunJournalStep[] steps = [.. lines.Where(l => l.Kind == "step").Select(step =>
        {
            JournalLine? done = Array.Find(lines, l => l.Kind == "done" && l.Number == step.Number);
            return new EtcdRunJournalStep
            {
                Action = step.Action ?? "",
                HostName = step.Host ?? "workstation",
                StartedAt = step.At,
                EndedAt = done?.At,
                Succeeded = done?.Outcome is nameof(EtcdPlanStepOutcome.Done) or nameof(EtcdPlanStepOutcome.AlreadyDone),
            };
        })];
        return new EtcdRunJournal
        {
            RunId = run.RunId,
            StagingPath = stagingPath,
            Owner = run.Owner ?? "",
            ProcessId = run.ProcessId ?? 0,
            Command = run.Command ?? "",
            Cluster = run.Cluster ?? "",
            PlanHash = run.Plan,
            StartedAt = run.At,
            EndedAt = end?.At,
            State = end?.Outcome switch
            {
                null => EtcdRunState.Interrupted,
                nameof(EtcdRunOutcome.Stopped) => EtcdRunState.Stopped,
                nameof(EtcdRunOutcome.Completed) or nameof(EtcdRunOutcome.Unchanged) => EtcdRunState.Completed,
                _ => EtcdRunState.Failed,
            },
            Steps = steps,
        };
    }
}
