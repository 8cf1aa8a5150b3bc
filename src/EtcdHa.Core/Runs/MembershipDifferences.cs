using EtcdHa.Core.Etcd;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Runs;

/// <summary>In what a running cluster's members differ from a topology's. Pure.</summary>
internal static class MembershipDifferences
{
    /// <summary>Everything that differs, by the member it is about.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="anyone">The member that stands for what is about none.</param>
    /// <param name="health">One row a member.</param>
    /// <param name="members">The members as the cluster names them; null when nobody told.</param>
    public static IEnumerable<(EtcdMember Member, string Target, string Expected, string Actual)> Find(
        EtcdTopology topology, EtcdMember anyone, IReadOnlyList<EtcdEndpointHealth> health, IReadOnlyList<EtcdClusterMember>? members)
    {
        foreach (EtcdEndpointHealth row in health.Where(r => !r.Healthy))
        {
            yield return (row.Member!, row.Endpoint, "healthy", row.Error);
        }

        foreach (EtcdEndpointHealth row in health.Where(r => r.Warning.Length > 0))
        {
            yield return (row.Member!, "cluster ID", "the topology's cluster", row.Warning);
        }

        if (members is null)
        {
            yield break;
        }

        foreach (EtcdMember member in topology.Members)
        {
            string url = member.PeerUrl(topology);
            if (members.FirstOrDefault(m => m.Name == member.Name || (m.Name.Length == 0 && m.PeerUrls.Contains(url))) is not { } found)
            {
                yield return (member, member.Name, $"a member at {url}", "not a member");
            }
            else if (found.Name.Length == 0)
            {
                yield return (member, member.Name, "started", $"member {found.Id} was added and has not started");
            }
            else
            {
                if (!found.PeerUrls.SequenceEqual([url]))
                {
                    yield return (member, member.Name, url, string.Join(',', found.PeerUrls));
                }

                if (found.IsLearner)
                {
                    yield return (member, member.Name, "a voting member", $"member {found.Id} is a learner");
                }
            }
        }

        foreach (EtcdClusterMember foreign in members.Where(f => !topology.Members.Any(m => m.Name == f.Name || (f.Name.Length == 0 && f.PeerUrls.Contains(m.PeerUrl(topology))))))
        {
            yield return (anyone, foreign.Name.Length == 0 ? foreign.Id : foreign.Name, "not a member", $"member {foreign.Id} at {string.Join(',', foreign.PeerUrls)}");
        }
    }
}
