using System.Collections.Concurrent;
using System.Text;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Runs;

/// <summary>Compares a topology with its hosts and with the cluster that runs there. Changes nothing.</summary>
/// <param name="hosts">The connections.</param>
/// <param name="health">Asks the members; null: they are not asked.</param>
/// <param name="throttleLimit">How many hosts are looked at at a time, from 1.</param>
/// <param name="clock">Tells the time certificates must be valid at.</param>
public sealed class ClusterComparer(ClusterHosts hosts, IClusterHealth? health, int throttleLimit, TimeProvider clock)
{
    /// <summary>Compares.</summary>
    /// <param name="request">What is compared.</param>
    /// <param name="events">Told what happens; a host that cannot be looked at is told to <see cref="RunEvents.HostFailed"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What differs, member by member in the topology's order; empty when nothing does.</returns>
    /// <exception cref="EtcdCertificateException">The members are to be asked and there is no client certificate.</exception>
    public async Task<IReadOnlyList<EtcdDifference>> CompareAsync(PlanRequest request, RunEvents events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(events);
        Task<IReadOnlyList<(EtcdMember Member, string Target, string Expected, string Actual)>> membership = MembershipAsync(request, cancellationToken);
        IReadOnlyList<MemberLook> looks = await ClusterLook.AtAllAsync(request, hosts, throttleLimit, events, cancellationToken).ConfigureAwait(false);
        var digests = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await ClusterLook.ForEachHostAsync(
            looks.Select(l => l.Member),
            throttleLimit,
            events,
            async (member, token) =>
            {
                HostSession session = await hosts.OpenAsync(member, token).ConfigureAwait(false);
                if (await HostInspector.DigestAsync(session, EtcdImage.For(request.Topology), looks.First(l => l.Member == member).Output, token).ConfigureAwait(false) is { } digest)
                {
                    digests[member.Name] = $"{digest.Tool}: {digest.Digest}";
                }
            },
            cancellationToken).ConfigureAwait(false);
        IReadOnlyList<(EtcdMember Member, string Target, string Expected, string Actual)> members = await membership.ConfigureAwait(false);
        var rows = new List<EtcdDifference>();
        foreach (MemberLook look in looks)
        {
            var differences = new MemberDifferences(request.Topology, look, request.StagingPath);
            rows.AddRange(differences.Find(request.KubeletOptions, Expected(request, look.Member), clock.GetUtcNow()));
            rows.AddRange(OfDigest(differences, look.Member, digests, request));
            rows.AddRange(members.Where(m => m.Member.Name == look.Member.Name).Select(m => differences.Row(EtcdDifferenceKind.Membership, m.Target, m.Expected, m.Actual)));
        }

        return rows;
    }

    // Where most hosts agree on a digest it is the one expected; a tag alone names no content.
    private static IEnumerable<EtcdDifference> OfDigest(
        MemberDifferences differences, EtcdMember member, ConcurrentDictionary<string, string> digests, PlanRequest request)
    {
        string? most = digests.Values.GroupBy(d => d).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
        return digests.TryGetValue(member.Name, out string? own) && own != most
            ? [differences.Row(EtcdDifferenceKind.Image, EtcdImage.For(request.Topology), $"{most}, as on other hosts", own)]
            : [];
    }

    private static ExpectedFiles Expected(PlanRequest request, EtcdMember member)
    {
        ExpectedFiles staged = StagedMember.Expect(
            request.StagingPath, member, StagedPlan.IncludesCaKey(request.Topology, member, request.StagingPath, request.Settings.ExcludeCaKey));
        return staged with { KubeadmConfig = Encoding.UTF8.GetBytes(KubeadmConfigWriter.Write(request.Topology, member)) };
    }

    private async Task<IReadOnlyList<(EtcdMember Member, string Target, string Expected, string Actual)>> MembershipAsync(
        PlanRequest request, CancellationToken cancellationToken)
    {
        if (health is null)
        {
            return [];
        }

        IReadOnlyList<EtcdEndpointHealth> rows = await health.CheckAsync(request.Topology, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<EtcdClusterMember>? members = null;
        foreach (EtcdEndpointHealth row in rows.Where(r => r.Healthy).Take(1))
        {
            members = await health.MembersAsync(request.Topology, row.Member!, cancellationToken).ConfigureAwait(false);
        }

        return [.. MembershipDifferences.Find(request.Topology, request.Members[0], rows, members)];
    }
}
