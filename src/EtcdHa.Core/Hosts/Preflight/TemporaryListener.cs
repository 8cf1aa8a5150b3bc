using System.Globalization;
using System.Net;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>
/// Listens on a member's client and peer port where nobody does yet, so that its peers can try a real connection. It is systemd's own
/// systemd-socket-activate, which every host has: it accepts, starts <c>true</c> and hangs up. It ends when it is told to, and
/// after <see cref="LongestLife"/> in any case.
/// </summary>
internal static class TemporaryListener
{
    /// <summary>After so long it ends by itself: the workstation or the connection may be gone.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Starts it, waits until it listens and prints the ports. Where a manifest is, the kubelet may start etcd at any moment, and the port is left to it. setsid: sudo ends
    /// what is left in its own session.
    /// </summary>
    /// <param name="subject">The member.</param>
    /// <param name="marker">A word by which it is found again among the host's processes.</param>
    public static string Script(PreflightSubject subject, string marker) => $$"""
        [ ! -e {{PosixShell.Quote(MemberSteps.ManifestPath)}} ] || exit 0
        for program in systemd-socket-activate /usr/lib/systemd/systemd-activate /lib/systemd/systemd-activate; do
            if command -v "$program" >/dev/null; then break; else program=; fi
        done
        if [ -z "$program" ]; then echo 'listener-missing|'; exit 0; fi
        is_taken() { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -qE ": ({{Address(subject.Member)}}|0{8}|0{32}):$(printf %04X "$1") [0-9A-F]*:0000 0A "; }
        set -f
        options= ports=
        for port in {{PosixShell.Join(Ports(subject).Select(p => p.ToString(CultureInfo.InvariantCulture)))}}; do
            if ! is_taken "$port"; then options="$options -l {{Literal(subject.Member)}}:$port" ports="$ports $port"; fi
        done
        [ -n "$ports" ] || exit 0
        echo 'listener-started|'
        setsid timeout {{LongestLife.TotalSeconds.ToString(CultureInfo.InvariantCulture)}} "$program" --accept $options /bin/true {{marker}} </dev/null >/dev/null 2>&1 3<&- &
        tries=0
        while [ "$tries" -lt 40 ] && kill -0 $! 2>/dev/null && ! is_taken "${ports##* }"; do tries=$((tries + 1)); sleep 0.05; done
        for port in $ports; do if is_taken "$port"; then printf 'listener|%s\n' "$port"; fi; done

        """;

    /// <summary>Ends it, waits until it is gone, and prints whether it was still there.</summary>
    /// <param name="marker">As it was given to <see cref="Script"/>; in brackets, or grep's own command line would match too.</param>
    public static string StopScript(string marker) => $$"""
        processes() { grep -l '[{{marker[0]}}]{{marker[1..]}}' /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3; }
        was=ended signal=TERM tries=0
        for pid in $(processes); do
            case $(cat "/proc/$pid/comm" 2>/dev/null) in systemd-*) was=listening ;; esac
        done
        while [ "$tries" -lt 40 ] && ids=$(processes) && [ -n "$ids" ]; do
            [ "$tries" -lt 20 ] || signal=KILL
            kill -"$signal" $ids 2>/dev/null || :
            tries=$((tries + 1))
            sleep 0.05
        done
        printf 'listener-was|%s\n' "$was"

        """;

    /// <summary>The client and the peer port.</summary>
    /// <param name="subject">The member.</param>
    public static int[] Ports(PreflightSubject subject)
        => [subject.Member.EffectiveClientPort(subject.Topology), subject.Member.EffectivePeerPort(subject.Topology)];

    // As /proc/net/tcp has it: words of four bytes in the machine's order.
    private static string Address(EtcdMember member)
        => string.Concat(IPAddress.Parse(member.Address).GetAddressBytes().Chunk(4).Select(word => Convert.ToHexString([.. Enumerable.Reverse(word)])));

    private static string Literal(EtcdMember member) => IpLiteral.IsIPv6(member.Address) ? $"[{member.Address}]" : member.Address;
}
