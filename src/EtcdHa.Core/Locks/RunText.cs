using System.Globalization;
using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Locks;

/// <summary>What is said of other runs.</summary>
internal static class RunText
{
    /// <summary>Why a script never began, if another run is the reason; null: it is not.</summary>
    /// <param name="output">What the script left behind.</param>
    public static EtcdHaException? Refusal(RemoteOutput output)
    {
        string host = output.Host;
        EtcdRunJournal? holder = RunJournalReader.Holder(host, output.Text);
        return output.ExitCode switch
        {
            HostLockScript.Locked when holder is not null => Locked(holder),
            HostLockScript.Lost => new EtcdLockException("HostLockLost", host, holder is null ? "the host was restarted, or the lock was broken" : $"{Who(holder)} took it over") { Subject = host, Holder = holder },
            HostLockScript.ChangedMeanwhile => new EtcdLockException("HostChangedMeanwhile", host) { Subject = host },
            HostLockScript.Locked or HostLockScript.StepRuns => new EtcdLockException("HostStepRuns", host) { Subject = host },
            HostLockScript.NoFlock => new EtcdHostException("RemoteToolMissing", host, "flock (package util-linux)") { Subject = host },
            _ => null,
        };
    }

    /// <summary>The error for a host another run works on.</summary>
    /// <param name="holder">That run.</param>
    public static EtcdLockException Locked(EtcdRunJournal holder) => new(
        "HostLocked",
        holder.HostName,
        Who(holder),
        Time(holder.LastHeartbeat),
        holder.IsStepRunning ? "once the step that still runs on the host has ended" : "at " + Time(holder.ExpiresAt))
    {
        Subject = holder.HostName,
        Holder = holder,
    };

    /// <summary>Tells of a run that never came to its end.</summary>
    /// <param name="run">That run.</param>
    public static string Interrupted(EtcdRunJournal run)
    {
        string how = run.State == EtcdRunState.Stopped ? "was stopped" : "was interrupted";
        string where = run.StepInFlight is { } step ? $"in the step '{step.Action}'{(run.HostName is null ? $" on {step.HostName}" : "")} that began at {Time(step.StartedAt)}" : "between two steps";
        return $"{run.HostName ?? run.StagingPath}: an earlier run {how}, {where}: {Who(run)}. What it left behind is cleaned up, and this run goes on from there.";
    }

    /// <summary>Who, and since when.</summary>
    /// <param name="run">The run.</param>
    public static string Who(EtcdRunJournal run) => $"{run.Owner} (process {run.ProcessId}, {run.Command}, since {Time(run.StartedAt)})";

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "an unknown time";
}
