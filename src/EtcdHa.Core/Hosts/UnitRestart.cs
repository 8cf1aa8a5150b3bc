using System.Globalization;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// The script that reloads systemd, enables and restarts the kubelet's unit, waits until it is up, and then prints its state. Up means: the
/// same main process runs, and it listens on its healthz port, 127.0.0.1:10248. The kubelet opens that port only after it has
/// reached the container runtime and opened the manifest folder (kubelet <c>cmd/kubelet/app/server.go</c>, <c>run</c>), so this is the
/// proof that it reads the folder; read from /proc, it needs no program on the host.
/// </summary>
internal static class UnitRestart
{
    /// <summary>Exit status: it did not come up in time. Standard output is then the journal of its processes, standard error what systemctl said.</summary>
    public const int NotRunning = 70;

    private const string Body = """
        uptime() { read -r seconds rest < /proc/uptime; echo "${seconds%.*}"; }
        since=$(date +%s)
        systemctl daemon-reload
        systemctl is-enabled --quiet -- "$name" || systemctl enable -- "$name" || :
        systemctl restart -- "$name" || :
        listening() { grep -qE '(0100007F|7F000001):2808 00000000:0000 0A' /proc/net/tcp; }
        same=0 before= deadline=$(($(uptime) + wait + 1))
        until [ "$same" -ge 2 ] && listening || [ "$(uptime)" -ge "$deadline" ]; do
            sleep 0.25
            now=$(systemctl show -p MainPID -p SubState -- "$name")
            case $now in *SubState=running*) ;; *) now= ;; esac
            if [ -n "$now" ] && [ "$now" = "$before" ]; then same=$((same + 1)); else same=0; fi
            before=$now
        done
        if [ "$same" -lt 2 ] || ! listening; then
            journal() { journalctl "$@" --since "@$since" -n 60 --no-pager -q -o cat 2>/dev/null || :; }
            own=$(journal "_SYSTEMD_UNIT=$name")
            if [ -n "$own" ]; then printf '%s\n' "$own"; else journal -u "$name"; fi
            exit 70
        fi
        unit "$name"

        """;

    /// <summary>The script.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="wait">Time allowed to come up once systemctl has returned.</param>
    public static string Script(string unit, TimeSpan wait)
        => HostLook.UnitFunction + string.Create(
            CultureInfo.InvariantCulture, $"name={PosixShell.Quote(unit)} wait={(int)Math.Ceiling(wait.TotalSeconds)}\n") + Body;
}
