namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>Real connections from one host to the client and peer ports of all others.</summary>
internal static class ReachabilityCheck
{
    /// <summary>The script: all connections at once.</summary>
    /// <param name="endpoints">Where to; their addresses are those their peers use.</param>
    public static string Script(IEnumerable<(EtcdMember Member, int Port)> endpoints) => $$"""
        reach() { printf 'reach|%s:%s|%s\n' "$1" "$3" "$(connect "$2" "$3")"; }
        {{string.Join('\n', endpoints.Select(e => $"reach {PosixShell.Join(e.Member.Name, e.Member.DnsName ?? e.Member.Address)} {e.Port} &"))}}
        wait

        """;

    /// <summary>Judges what <see cref="Script"/> printed; one result an endpoint.</summary>
    /// <param name="output">What it printed.</param>
    /// <param name="from">The member on the host.</param>
    /// <param name="endpoints">Where to.</param>
    public static IEnumerable<CheckResult> Evaluate(string output, EtcdMember from, IEnumerable<ReachableEndpoint> endpoints)
    {
        ILookup<string, string[]> answers = HostLook.Values(output, "reach").Select(v => v.Split('|', 3)).Where(f => f.Length == 3).ToLookup(f => f[0]);
        return endpoints.Select(e => Of(answers[e.Name].FirstOrDefault(), from, e) with { Target = e.Name });
    }

    private static CheckResult Of(string[]? answer, EtcdMember from, ReachableEndpoint to)
    {
        const EtcdHostCheckKind Kind = EtcdHostCheckKind.Reachability;
        if (answer is not [_, var code, var said])
        {
            return CheckResult.Untold(Kind, $"whether it reaches {to.Name}");
        }

        bool isRefused = said.Contains("refused", StringComparison.OrdinalIgnoreCase);
        string open = $"Open TCP port {to.Port} on {to.Member.Name} ({to.Member.Address}) for {from.Name} ({from.Address}), in the firewalls of both hosts and between them.";
        return code == "0" ? CheckResult.Pass(Kind, $"{to.Name} takes a connection")
            : code == "no-tool" ? new(Kind, EtcdCheckSeverity.Information, "not tried: the host has neither bash, python3 nor nc")
            : to.IsListening is null ? new(Kind, EtcdCheckSeverity.Information, $"{to.Name} did not answer, and that host could not be looked at")
            : IsSilent(code, said) ? new(Kind, EtcdCheckSeverity.Error, $"{to.Name} does not answer within {PreflightScript.ConnectSeconds} s: packets are dropped on the way", open)
            : isRefused && to.IsListening == false ? new(Kind, EtcdCheckSeverity.Information, $"not tried: nothing listens at {to.Name}, and nothing was started there")
            : isRefused ? new(Kind, EtcdCheckSeverity.Error, $"{to.Name} refuses the connection, though something listens there: a firewall rejects it", open)
            : new(Kind, EtcdCheckSeverity.Error, $"{to.Name} cannot be reached: {Last(said)}", "See ip route get and getent hosts on the host: it has no way there, or does not know the name.");
    }

    /// <summary>Why a connection did not come about, in words.</summary>
    /// <param name="code">The exit status of <c>connect</c>.</param>
    /// <param name="said">What it said.</param>
    public static string Why(string code, string said) => IsSilent(code, said) ? $"no answer within {PreflightScript.ConnectSeconds} s" : Last(said);

    private static bool IsSilent(string code, string said) => code is "124" or "143" || said.Contains("timed out", StringComparison.OrdinalIgnoreCase);

    private static string Last(string said) => said[(said.LastIndexOf(": ", StringComparison.Ordinal) is >= 0 and int at ? at + 2 : 0)..];
}
