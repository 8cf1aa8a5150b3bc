namespace EtcdHa.Core.Hosts;

/// <summary>A process called etcd on a host.</summary>
/// <param name="ProcessId">Its process ID.</param>
/// <param name="Arguments">Its program and arguments.</param>
internal sealed record EtcdProcess(string ProcessId, IReadOnlyList<string> Arguments)
{
    // Without pgrep, which a minimal host may lack. A process that ends meanwhile is passed over.
    public const string Script = """
        for process in /proc/[0-9]*; do
            { read -r comm < "$process/comm"; } 2>/dev/null || continue
            [ "$comm" = etcd ] || continue
            arguments=$({ tr '\000\n' '\037 ' < "$process/cmdline"; } 2>/dev/null) || continue
            printf 'etcd|%s|%s\n' "${process#/proc/}" "$arguments"
        done

        """;

    private const char ArgumentSeparator = '\x1f';

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>True for a member's own etcd: the process with its name and data directory.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member.</param>
    public bool IsOf(EtcdTopology topology, EtcdMember member)
        => Arguments.Contains("--data-dir=" + topology.DataDirectory) && Arguments.Contains("--name=" + member.Name);

    /// <summary>Those that run on a host.</summary>
    /// <param name="session">The host.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<IReadOnlyList<EtcdProcess>> AtAsync(HostSession session, CancellationToken cancellationToken)
        => Read((await session.RunAsync("look for etcd", Script, [], Timeout, cancellationToken, repeatable: true).ConfigureAwait(false)).Text);

    /// <summary>Reads what <see cref="Script"/> printed.</summary>
    /// <param name="output">An output it is part of.</param>
    public static IReadOnlyList<EtcdProcess> Read(string output) =>
    [
        .. HostLook.Values(output, "etcd").Select(line => line.Split('|', 2)).Where(fields => fields.Length == 2)
            .Select(fields => new EtcdProcess(fields[0], fields[1].Split(ArgumentSeparator, StringSplitOptions.RemoveEmptyEntries))),
    ];
}
