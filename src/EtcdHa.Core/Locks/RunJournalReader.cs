using System.Globalization;
using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Locks;

/// <summary>Reads what <see cref="HostLockScript"/> prints of locks and journals. Whatever is missing or odd there is left out, never an error: a power cut may have cut a line.</summary>
internal static class RunJournalReader
{
    /// <summary>Every run of a host, newest first; the holder of the lock among them, whether or not it is in the journal.</summary>
    /// <param name="host">The host.</param>
    /// <param name="output">What <see cref="HostLockScript.Tell"/> printed.</param>
    public static IReadOnlyList<EtcdRunJournal> ReadAll(string host, string output)
    {
        EtcdRunJournal? holder = Holder(host, output);
        List<EtcdRunJournal> runs = [.. Journals(host, HostLook.Values(output, "journal"), holder)];
        if (holder is not null && !runs.Exists(r => r.RunId == holder.RunId))
        {
            runs.Add(holder);
        }

        return [.. runs.OrderByDescending(r => r.StartedAt)];
    }

    /// <summary>The run that holds the lock; null when nobody does, or its time is over.</summary>
    /// <param name="host">The host.</param>
    /// <param name="output">What a script printed with the lines <c>now</c>, <c>lock</c> and <c>busy</c>.</param>
    public static EtcdRunJournal? Holder(string host, string output)
    {
        Dictionary<string, string> fields = Fields(HostLook.Values(output, "lock"));
        if (!fields.ContainsKey("run") || HostLook.Values(output, "now").FirstOrDefault()?.Split('|') is not [var clock, var uptime])
        {
            return null;
        }

        bool isBusy = HostLook.Values(output, "busy").Length > 0;
        DateTimeOffset beat = Time(Seconds(clock) + Number(fields, "beat") - Seconds(uptime));
        DateTimeOffset expires = Time(beat.ToUnixTimeSeconds() + Number(fields, "expiry"));
        return !isBusy && expires <= Time(clock)
            ? null
            : Run(host, fields, [], EtcdRunState.Running, null) with { LastHeartbeat = beat, ExpiresAt = expires, IsStepRunning = isBusy };
    }

    /// <summary>The run an interrupted one's journal tells of; null when there is none.</summary>
    /// <param name="host">The host.</param>
    /// <param name="output">What a script printed with lines <c>earlier</c>.</param>
    public static EtcdRunJournal? Earlier(string host, string output) => Journals(host, HostLook.Values(output, "earlier"), null).FirstOrDefault();

    private static IEnumerable<EtcdRunJournal> Journals(string host, string[] lines, EtcdRunJournal? holder)
    {
        int[] starts = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("run|", StringComparison.Ordinal)), lines.Length];
        foreach ((int start, int end) in starts.Zip(starts.Skip(1)))
        {
            string[] own = lines[start..end];
            Dictionary<string, string> fields = Fields(own);
            EtcdRunJournalStep[] steps = [.. Steps(host, own)];
            EtcdRunJournal? alive = holder?.RunId == fields["run"] ? holder : null;
            string last = own.LastOrDefault(l => l.Contains('|', StringComparison.Ordinal) && !l.StartsWith("noted|", StringComparison.Ordinal)) ?? "";
            DateTimeOffset? ended = last.StartsWith("end|", StringComparison.Ordinal) ? Time(last["end|".Length..]) : null;
            EtcdRunState state = alive is not null ? EtcdRunState.Running
                : ended is null ? EtcdRunState.Interrupted
                : steps.Any(s => s.EndedAt is null) || fields.ContainsKey("stopped") ? EtcdRunState.Stopped
                : steps.All(s => s.Succeeded) ? EtcdRunState.Completed
                : EtcdRunState.Failed;
            yield return Run(host, fields, steps, state, ended) with
            {
                LastHeartbeat = alive?.LastHeartbeat,
                ExpiresAt = alive?.ExpiresAt,
                IsStepRunning = alive?.IsStepRunning ?? false,
            };
        }
    }

    private static IEnumerable<EtcdRunJournalStep> Steps(string host, string[] lines)
    {
        EtcdRunJournalStep? open = null;
        foreach (string[] line in lines.Select(l => l.Split('|', 3)).Where(l => l.Length == 3))
        {
            if (line[0] == "step")
            {
                if (open is not null)
                {
                    yield return open;
                }

                open = new EtcdRunJournalStep { Action = line[2], HostName = host, StartedAt = Time(line[1]) };
            }
            else if (open is not null && line[0] is "done" or "stopped")
            {
                yield return open! with { EndedAt = Time(line[1]), Succeeded = line[2] == "0" };
                open = null;
            }
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    private static EtcdRunJournal Run(string host, Dictionary<string, string> fields, IReadOnlyList<EtcdRunJournalStep> steps, EtcdRunState state, DateTimeOffset? ended) => new()
    {
        RunId = Text(fields, "run"),
        HostName = host,
        Owner = Text(fields, "owner"),
        ProcessId = (int)Number(fields, "pid"),
        Command = Text(fields, "command"),
        Cluster = Text(fields, "cluster"),
        PlanHash = Text(fields, "plan") is { Length: > 0 } hash ? hash : null,
        State = state,
        StartedAt = Time(Text(fields, "since")),
        EndedAt = ended,
        Steps = steps,
    };

    // The last line of a name counts.
    private static Dictionary<string, string> Fields(IEnumerable<string> lines)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] line in lines.Select(l => l.Split('|', 2)).Where(l => l.Length == 2))
        {
            fields[line[0]] = RemoteText.Clean(line[1]);
        }

        return fields;
    }

    private static string Text(Dictionary<string, string> fields, string name) => fields.GetValueOrDefault(name, "");

    private static long Number(Dictionary<string, string> fields, string name) => Seconds(Text(fields, name));

    private static DateTimeOffset Time(string seconds) => Time(Seconds(seconds));

    private static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    // No time of a host comes near to it, and sums of a few do not overflow.
    private static long Seconds(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? Math.Min(seconds, long.MaxValue / 4) : 0;
}
