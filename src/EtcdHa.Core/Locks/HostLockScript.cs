using System.Globalization;
using System.Text;
using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Locks;

/// <summary>
/// The lock and the journal of a host, as shell text that runs as root. The lock is a file in /run, so that a restart of the host
/// clears it; it holds who works there and the last sign of life, and changes under an advisory lock (flock) only. While a script changes the
/// host it holds another one: no other run takes over before the script has ended, whatever became of its workstation. The journal lies
/// on disk and is replaced whole and synced. Lines of both are fields between bars.
/// </summary>
internal static class HostLockScript
{
    /// <summary>Exit status: another run holds the lock.</summary>
    public const int Locked = 90;

    /// <summary>Exit status: this run held the lock and no longer does.</summary>
    public const int Lost = 91;

    /// <summary>Exit status: the host was changed by another run after this one had looked at it.</summary>
    public const int ChangedMeanwhile = 92;

    /// <summary>Exit status: a step of a run that has ended still runs.</summary>
    public const int StepRuns = 93;

    /// <summary>Exit status: the host has no flock.</summary>
    public const int NoFlock = 94;

    /// <summary>The line behind which a script's own output begins.</summary>
    public const string Begun = "begun|";

    /// <summary>Runs that are over and stay in the journal.</summary>
    public const int KeptRuns = 20;

    /// <summary>Goes into every look: tells how often the host was changed, and whether the journal's last run has not come to its end.</summary>
    public const string Look = """
        printf 'changes|%s\n' "$(cat /run/etcdha/changes 2>/dev/null)"
        ! [ -f /var/lib/etcdha/run ] || printf 'open|%s\n' "$(sed -n 's/^run|//p' /var/lib/etcdha/run)"

        """;

    /// <summary>Prints the lock and every run of the journal, newest last; it changes nothing.</summary>
    public const string Tell = Functions + """
        now
        [ ! -e /run/etcdha/step ] || flock -n /run/etcdha/step true || busy=1
        tell_holder
        for file in /var/lib/etcdha/runs/* "$journal"; do tell journal "$file"; done

        """;

    // dash, bash and busybox alike; busybox's flock has no -w.
    private const string Functions = """
        lock=/run/etcdha/lock journal=/var/lib/etcdha/run
        take() { tries=${2:-40}; until flock -n "$1"; do tries=$((tries - 1)); [ "$tries" -gt 0 ] || return 1; sleep 0.25; done; }
        now() { read -r up rest < /proc/uptime; up=${up%%.*}; clock=$(date +%s); }
        field() { [ ! -f "$1" ] || while IFS='|' read -r name value; do [ "$name" != "$2" ] || { printf '%s\n' "$value"; break; }; done < "$1"; }
        tell() { [ ! -f "$2" ] || { cat -- "$2"; echo; } | sed "s/^/$1|/"; }
        changes() { cat /run/etcdha/changes 2>/dev/null || :; }
        count() { n=$(changes); echo "$((${n:-0} + 1))" > /run/etcdha/changes; }
        who() { printf 'run|%s\nowner|%s\npid|%s\ncommand|%s\ncluster|%s\nplan|%s\nsince|%s\n' "$run" "$owner" "$pid" "$command" "$cluster" "$plan" "$since"; }
        write_lock() { { who; printf 'beat|%s\nexpiry|%s\n' "$up" "$expiry"; } > "$lock.new"; mv -f -- "$lock.new" "$lock"; }
        is_alive() { beat=$(field "$lock" beat) life=$(field "$lock" expiry); [ "$((up - ${beat:-0}))" -lt "${life:-0}" ]; }
        write_journal() {
            { [ ! -f "$journal" ] || cat "$journal"; cat; } > "$journal.new"
            sync -- "$journal.new"; mv -f -- "$journal.new" "$journal"; sync -- /var/lib/etcdha
        }
        keep_journal() {
            id=$(field "$journal" run)
            case $id in '' | *[!0-9A-Za-z-]*) id=unknown ;; esac
            mv -f -- "$journal" "/var/lib/etcdha/runs/$id"; sync -- /var/lib/etcdha /var/lib/etcdha/runs
            ls -1t /var/lib/etcdha/runs | sed '1,20d' | while IFS= read -r old; do rm -f -- "/var/lib/etcdha/runs/$old"; done
        }
        tell_holder() { printf 'now|%s|%s\n' "$clock" "$up"; tell lock "$lock"; [ -z "${busy-}" ] || echo 'busy|'; }
        open_mutex() { exec 9>>/run/etcdha/mutex; take 9 || exit 93; }

        """;

    // What an interrupted run staged lies beside its files, below the directories it named; no script of it runs any more.
    private const string Begin = """
        earlier() {
            [ -f "$journal" ] && [ "$(field "$journal" run)" != "$run" ] || return 0
            tell earlier "$journal"
            sed -n 's/^stage|//p' "$journal" | sort -u | while IFS= read -r dir; do rm -rf -- "$dir"/.etcdha.*; done
            printf 'noted|%s|%s\n' "$clock" "$run" | write_journal
            keep_journal
        }
        begin() {
            command -v flock >/dev/null || exit 94
            mkdir -p /run/etcdha /var/lib/etcdha/runs
            busy=
            exec 8>>/run/etcdha/step
            if [ "$held" = 1 ]; then take 8 || exit 93; else take 8 4 || busy=1; fi
            open_mutex
            now
            holder=$(field "$lock" run)
            if [ "$holder" = "$run" ]; then
                since=$(field "$lock" since)
            else
                if [ "$held" = 1 ]; then tell_holder; exit 91; fi
                if [ -n "$holder" ] && { [ -n "$busy" ] || is_alive; }; then tell_holder; exit 90; fi
                [ -z "$busy" ] || exit 93
                if [ "$seen" != any ] && [ "$seen" != "$(changes)" ]; then exit 92; fi
                since=$clock
                earlier
                [ ! -f "/var/lib/etcdha/runs/$run" ] || mv -f -- "/var/lib/etcdha/runs/$run" "$journal"
            fi
            [ -z "$busy" ] || take 8 || exit 93
            write_lock
            exec 9>&-
        }
        begin

        """;

    // From 128 on a signal ended it.
    private const string End = """

        )
        code=$?
        now
        count
        how=done; [ "$code" -lt 128 ] || how=stopped
        printf '%s|%s|%s\n' "$how" "$clock" "$code" | write_journal
        exit "$code"

        """;

    private const string AddRun = "[ -f \"$journal\" ] || who | write_journal\n";

    /// <summary>Takes the lock, or finds it held already, and does nothing else.</summary>
    public static string Acquire(HostRun run, bool isHeld, string? seen)
        => Variables(run, isHeld, seen) + Functions + Begin + AddRun + $"echo '{Begun}'\n";

    /// <summary>A script that changes the host, behind the lock and with its beginning and end in the journal.</summary>
    /// <param name="run">Whose lock.</param>
    /// <param name="isHeld">Whether this run knows that it holds the lock: then it must still be there.</param>
    /// <param name="seen">How often the host had been changed when this run looked at it; null: that does not matter.</param>
    /// <param name="step">What the script does.</param>
    /// <param name="stages">Directories it may leave a staging directory in, should the host lose its power.</param>
    /// <param name="text">The script.</param>
    public static string Around(HostRun run, bool isHeld, string? seen, string step, IEnumerable<string> stages, string text)
    {
        var script = new StringBuilder(Variables(run, isHeld, seen)).Append(Functions).Append(Begin);
        script.Append("count\n{ [ -f \"$journal\" ] || who; ");
        foreach (string stage in stages)
        {
            script.Append("printf 'stage|%s\\n' ").Append(Quote(stage)).Append("; ");
        }

        script.Append("printf 'step|%s|%s\\n' \"$clock\" ").Append(Quote(step)).Append("; ");

        // A signal that stops the script lets this shell live until the script has ended: until then nobody takes over.
        script.Append(CultureInfo.InvariantCulture, $"}} | write_journal\necho '{Begun}'\ntrap : HUP INT PIPE TERM\nset +e\n(\nexec 8>&-\nset -eu\n");
        script.Append(text);
        return script.Append(End).ToString();
    }

    /// <summary>A sign of life.</summary>
    public static string Beat(HostRun run) => Variables(run, true, null) + Functions + """
        open_mutex
        [ "$(field "$lock" run)" = "$run" ] || exit 91
        now
        since=$(field "$lock" since)
        write_lock

        """;

    /// <summary>Gives the lock back once no step runs any more. A journal whose last step came to its end, or that has none, goes to those that are over: one that was stopped before, because its connection dropped, has been done again.</summary>
    public static string Release(HostRun run) => Variables(run, true, null) + Functions + """
        exec 8>>/run/etcdha/step
        take 8 || exit 93
        open_mutex
        [ "$(field "$lock" run)" = "$run" ] || exit 91
        now
        printf 'end|%s\n' "$clock" | write_journal
        case $(grep -E '^(step|done|stopped)\|' "$journal" | tail -n 1) in '' | 'done|'*) keep_journal ;; esac
        rm -f -- "$lock"

        """;

    /// <summary>Takes the lock away from whoever holds it, unless a step runs; prints whose it was.</summary>
    public const string Break = Functions + """
        [ -e "$lock" ] || exit 0
        open_mutex
        now
        flock -n /run/etcdha/step true || busy=1
        tell_holder
        [ -z "${busy-}" ] || exit 90
        rm -f -- "$lock"

        """;

    private static string Variables(HostRun run, bool isHeld, string? seen)
    {
        RunIdentity who = run.Identity;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"run={Quote(who.RunId)} owner={Quote(who.Owner)} pid={who.ProcessId} command={Quote(who.Command)} cluster={Quote(who.Cluster)} plan={Quote(who.PlanHash)}\n"
            + $"held={(isHeld ? 1 : 0)} seen={Quote(seen ?? "any")} expiry={(int)Math.Ceiling(run.Times.Expiry.TotalSeconds)}\n");
    }

    private static string Quote(string text) => PosixShell.Quote(text);
}
