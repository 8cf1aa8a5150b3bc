using System.Globalization;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>Who listens on etcd's ports, and where any etcd listens.</summary>
/// <param name="Sockets">The listening sockets.</param>
/// <param name="Processes">Their processes by ID.</param>
/// <param name="AreTold">False when the host told nothing at all.</param>
internal sealed record ListeningProcesses(IReadOnlyList<ListeningSocket> Sockets, IReadOnlyDictionary<int, HostProcess> Processes, bool AreTold)
{
    /// <summary>The script. A process's command line may hold secrets, so only etcd's name and directory are read from it.</summary>
    /// <param name="ports">The ports that matter.</param>
    public static string Script(IEnumerable<int> ports) => $$"""
        ports={{PosixShell.Quote(string.Join('|', ports.Distinct()))}}
        if command -v ss >/dev/null; then sockets=$(ss -ltnp | grep -E ":($ports) |\"etcd\"") || sockets=; name=ss
        else sockets=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null) || sockets=; name=tcp; fi
        echo 'sockets|'
        printf '%s\n' "$sockets" | sed "s/^/$name|/"
        for pid in $(printf '%s\n' "$sockets" | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u); do
            unit=$(sed -n -e 's/^[0-9]*:name=systemd:.*\/\([^/]*\.[a-z]*\)$/\1/p' -e 's/^0::.*\/\([^/]*\.[a-z]*\)$/\1/p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1)
            program=$(cat "/proc/$pid/comm" 2>/dev/null) || continue
            printf 'process|%s|%s|%s\n' "$pid" "$unit" "$program"
            if [ "$program" = etcd ]; then tr '\000' '\n' < "/proc/$pid/cmdline" | sed -n -e '/^--*\(name\|data-dir\)$/{' -e N -e 's/\n/=/' -e '}' -e "s/^--*\(name\|data-dir\)=/etcd|$pid|\1|/p"; fi
        done

        """;

    /// <summary>Reads what <see cref="Script"/> printed.</summary>
    /// <param name="facts">The host's answer.</param>
    public static ListeningProcesses Read(HostFacts facts)
    {
        ListeningSocket?[] sockets = [.. facts.Values("ss").Select(ListeningSocket.ReadSs), .. facts.Values("tcp").Select(ListeningSocket.ReadProc)];
        ILookup<string, string[]> etcd = facts.Rows("etcd", 3).ToLookup(f => f[0]);
        string? Argument(string pid, string name) => etcd[pid].LastOrDefault(f => f[1] == name)?[2];
        var processes = new Dictionary<int, HostProcess>();
        foreach (string[] fields in facts.Rows("process", 3))
        {
            if (int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                processes[id] = new HostProcess(id, fields[2], fields[1], Argument(fields[0], "name"), Argument(fields[0], "data-dir"));
            }
        }

        return new([.. sockets.OfType<ListeningSocket>()], processes, facts.Value("sockets") is not null);
    }

    /// <summary>The socket that keeps another from listening; null when the port is free.</summary>
    /// <param name="address">The address wanted.</param>
    /// <param name="port">The port wanted.</param>
    public ListeningSocket? Holder(System.Net.IPAddress address, int port) => Sockets.FirstOrDefault(s => s.Holds(address, port));

    /// <summary>A socket's process; null when it could not be told.</summary>
    /// <param name="socket">The socket.</param>
    public HostProcess? ProcessOf(ListeningSocket? socket) => socket?.ProcessId is { } id ? Processes.GetValueOrDefault(id) : null;
}
