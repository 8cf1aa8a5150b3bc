using System.Globalization;
using System.Net;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>The ports etcd listens on are free, or held by this member's own etcd; and no other etcd runs on the host.</summary>
internal sealed class PortCheck : IHostCheck
{
    public string Script(PreflightSubject subject) => ListeningProcesses.Script(Wanted(subject).Select(w => w.Port));

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        ListeningProcesses listening = ListeningProcesses.Read(facts);
        if (!listening.AreTold)
        {
            return [CheckResult.Untold(EtcdHostCheckKind.Port, "who listens on its ports")];
        }

        HostProcess[] others = [.. listening.Processes.Values.Where(p => p.IsEtcd && !p.IsMember(subject))];
        return
        [
            .. Wanted(subject).Select(w => OfPort(subject, listening, w)),
            others.Length == 0 ? CheckResult.Pass(EtcdHostCheckKind.OtherEtcd, "no other etcd listens on the host")
                : new(
                    EtcdHostCheckKind.OtherEtcd, EtcdCheckSeverity.Warning, "another etcd listens on the host: " + string.Join(", ", (IEnumerable<HostProcess>)others),
                    "Stop it and disable its unit, unless it is meant to be there: both use the same disk, and clients may take one for the other."),
        ];
    }

    private static (string Use, IPAddress Address, int Port)[] Wanted(PreflightSubject subject)
    {
        IPAddress address = IPAddress.Parse(subject.Member.Address);
        var metrics = new Uri(subject.Member.MetricsUrl(subject.Topology));
        return
        [
            ("client", address, subject.Member.EffectiveClientPort(subject.Topology)),
            ("peer", address, subject.Member.EffectivePeerPort(subject.Topology)),
            ("metrics", IPAddress.TryParse(metrics.DnsSafeHost, out IPAddress? at) ? at : IPAddress.Loopback, metrics.Port),
        ];
    }

    private static CheckResult OfPort(PreflightSubject subject, ListeningProcesses listening, (string Use, IPAddress Address, int Port) wanted)
    {
        string target = wanted.Port.ToString(CultureInfo.InvariantCulture);
        ListeningSocket? socket = listening.Holder(wanted.Address, wanted.Port);
        HostProcess? holder = listening.ProcessOf(socket);
        CheckResult result = socket is null ? CheckResult.Pass(EtcdHostCheckKind.Port, $"the {wanted.Use} port {target} is free")
            : holder?.IsMember(subject) == true ? CheckResult.Pass(EtcdHostCheckKind.Port, $"the {wanted.Use} port {target} is held by {subject.Member.Name}'s own etcd, process {holder.Id}")
            : holder is null ? new(
                EtcdHostCheckKind.Port, EtcdCheckSeverity.Error, $"the {wanted.Use} port {target} is in use; the host does not tell by which process",
                $"Find the process with ss -ltnp (package iproute2) and end it, or give the member another {wanted.Use} port.")
            : new(
                EtcdHostCheckKind.Port, EtcdCheckSeverity.Error, $"the {wanted.Use} port {target} is held by {(holder.IsEtcd ? "another etcd: " : "")}{holder}",
                $"End that process, and what starts it, or give the member another {wanted.Use} port.");
        return result with { Target = target, Value = holder?.Id };
    }
}
