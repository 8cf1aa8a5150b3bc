using System.Net;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>etcd listens on the member's address, so it must be one of the host's own.</summary>
internal sealed class AddressCheck : IHostCheck
{
    public string Script(PreflightSubject subject) => """
        if command -v ip >/dev/null; then ip -o addr show | sed -n 's/.* inet6\{0,1\} \([^ /]*\).*/address|\1/p'
        else hostname -I | tr ' ' '\n' | sed -n 's/^\(..*\)/address|\1/p'; fi

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        IPAddress[] own = [.. facts.Values("address").Select(a => IPAddress.TryParse(a, out IPAddress? address) ? address : null).OfType<IPAddress>()];
        string wanted = subject.Member.Address;
        yield return own.Length == 0 ? CheckResult.Untold(EtcdHostCheckKind.Address, "its addresses")
            : own.Contains(IPAddress.Parse(wanted)) ? CheckResult.Pass(EtcdHostCheckKind.Address, $"{wanted} is one of the host's addresses")
            : new(
                EtcdHostCheckKind.Address, EtcdCheckSeverity.Error,
                $"{wanted} is none of the host's addresses ({string.Join(", ", own.Where(a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal).AsEnumerable())}), so etcd cannot listen on it",
                "Give the member the address of the host's own interface, or its SSH target the right host; an address that is translated on the way does not serve.");
    }
}
