using EtcdHa.Core.Etcd;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>Members as healthy as told, by name.</summary>
internal sealed class FakeHealth : IClusterHealth
{
    /// <summary>How a member is at a question, counted from 0.</summary>
    public Func<int, EtcdMember, bool> IsHealthy { get; init; } = (_, _) => true;

    public string? Leader { get; init; }

    public int Questions { get; private set; }

    public Task<IReadOnlyList<EtcdEndpointHealth>> CheckAsync(EtcdTopology topology, CancellationToken cancellationToken)
    {
        int question = Questions++;
        return Task.FromResult<IReadOnlyList<EtcdEndpointHealth>>(
        [
            .. topology.Members.Select(m => new EtcdEndpointHealth
            {
                Endpoint = m.Address, Topology = topology, Member = m, Healthy = IsHealthy(question, m), Took = default, IsLeader = m.Name == Leader, Error = IsHealthy(question, m) ? "" : "down",
            }),
        ]);
    }

    /// <summary>The members as the cluster names them; null: those of the topology.</summary>
    public IReadOnlyList<EtcdClusterMember>? Members { get; init; }

    public Task<IReadOnlyList<EtcdClusterMember>?> MembersAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<EtcdClusterMember>?>(
            Members ?? [.. topology.Members.Select((m, i) => new EtcdClusterMember($"{i}", m.Name, [m.PeerUrl(topology)], [m.ClientUrl(topology)], IsLearner: false))]);
}
