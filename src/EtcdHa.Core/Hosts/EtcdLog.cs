using System.Text.Json;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// What a member's etcd said last, when it does not start or ended: the end of its container's log, where the kubelet keeps it. Lines are read in every form they have had:
/// the container runtime's around them (CRI, docker's JSON) and etcd's own (JSON from 3.5 and, when asked for, 3.4; before that capnslog's text).
/// </summary>
internal static partial class EtcdLog
{
    private const int MaximumLines = 2;

    // Of the last minutes only: an old end explains nothing. The run before the newest one, too, as one that was just started has not said much yet.
    private const string Script = """
        find -L /var/log/pods -path '*/etcd/*.log' -mmin -10 2>/dev/null | xargs -r ls -1tr 2>/dev/null | tail -n 2 | while IFS= read -r log; do
            tail -c 32768 -- "$log" | sed 's/^/etcd-log|/'
            echo
        done

        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private enum Level
    {
        Other,
        Error,
        Fatal,
    }

    /// <summary>Asks a host.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on it.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>As <see cref="LastWords"/>.</returns>
    public static async Task<string> AtAsync(HostSession session, EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
    {
        string output = (await session.RunAsync("read etcd's log", Script + EtcdProcess.Script, [], Timeout, cancellationToken, repeatable: true).ConfigureAwait(false)).Text;
        return LastWords(HostLook.Values(output, "etcd-log"), EtcdProcess.Read(output).Any(p => p.IsOf(topology, member)));
    }

    /// <summary>Finds what tells why it ended. Pure.</summary>
    /// <param name="lines">The log's lines, oldest first.</param>
    /// <param name="isRunning">Whether it runs: then a line that is no error says nothing about an end.</param>
    /// <returns>At most two lines, joined by <c>"; "</c>; empty when there are none.</returns>
    public static string LastWords(IEnumerable<string> lines, bool isRunning)
    {
        (Level Level, string Text)[] said = [.. lines.Select(l => Parse(Unwrap(l))).Where(l => l.Text.Length > 0)];
        Level worst = said.Length == 0 ? Level.Other : said.Max(l => l.Level);
        return worst == Level.Other && isRunning ? ""
            : RemoteText.LastDistinct(said.Where(l => l.Level == worst).Select(l => l.Text), worst == Level.Other ? 1 : MaximumLines);
    }

    private static string Unwrap(string line)
        => Cri().Match(line) is { Success: true } cri ? line[cri.Length..]
            : Json(line) is { } docker && docker.TryGetValue("log", out string? text) ? text.TrimEnd('\n')
            : line;

    private static (Level Level, string Text) Parse(string line)
    {
        if (Json(line) is { } zap && zap.TryGetValue("level", out string? level) && zap.TryGetValue("msg", out string? message))
        {
            return (level is "fatal" or "panic" or "dpanic" ? Level.Fatal : level is "error" ? Level.Error : Level.Other,
                zap.TryGetValue("error", out string? error) ? $"{message}: {error}" : message);
        }

        Match capnslog = Capnslog().Match(line);
        return capnslog.Success ? (capnslog.Groups[1].Value switch { "C" => Level.Fatal, "E" => Level.Error, _ => Level.Other }, line[capnslog.Length..]) : (Level.Other, line.Trim());
    }

    // The texts of a JSON object; null when the line is none, or was cut.
    private static Dictionary<string, string>? Json(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // 2026-11-26T15:14:42.123456789Z stderr F text (Kubernetes' CRI logging format; P: a part of a line).
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] ")]
    private static partial Regex Cri();

    // 2019-06-11 12:03:35.456789 C | package: text (github.com/coreos/pkg/capnslog).
    [GeneratedRegex(@"^\d{4}-\d\d-\d\d [\d:.]+ ([A-Z]) \| (?:[\w/.-]+: )?")]
    private static partial Regex Capnslog();
}
