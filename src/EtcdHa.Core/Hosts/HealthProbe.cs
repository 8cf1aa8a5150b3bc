using System.Collections.Concurrent;
using System.Diagnostics;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// Asks members for their health, from the workstation or through each host's SSH connection. Connections are kept between
/// rounds, so that waiting for a cluster costs one login a host.
/// </summary>
public sealed class HealthProbe : IAsyncDisposable
{
    private readonly IEtcdHealthClient _client;
    private readonly ISshConnector? _through;
    private readonly SshTargetResolver _targets;
    private readonly ConcurrentDictionary<EtcdMember, HostSession> _sessions = new(ReferenceEqualityComparer.Instance);

    /// <summary>Creates a probe.</summary>
    /// <param name="client">Talks to etcd.</param>
    /// <param name="through">Opens SSH connections to reach the client port through; null: it is dialled directly.</param>
    /// <param name="targets">Decides how a host is reached.</param>
    public HealthProbe(IEtcdHealthClient client, ISshConnector? through, SshTargetResolver targets)
    {
        _targets = targets;
        _client = client;
        _through = through;
    }

    /// <summary>The health of one member. A host that cannot be reached is a row that says so, not an exception.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member.</param>
    /// <param name="credentials">The client certificate.</param>
    /// <param name="commandTimeout">Time allowed for the endpoint to answer.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    public async Task<EtcdEndpointHealth> CheckAsync(
        EtcdTopology topology, EtcdMember member, EtcdClientCredentials credentials, TimeSpan commandTimeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        var url = new Uri(member.ClientUrl(topology));
        if (_through is null)
        {
            return Named(await _client.CheckAsync(new EtcdEndpoint(url), credentials, commandTimeout, cancellationToken).ConfigureAwait(false));
        }

        long start = Stopwatch.GetTimestamp();
        try
        {
            HostSession session = await SessionAsync(topology, member, cancellationToken).ConfigureAwait(false);
            await using ISshForward forward = await session.ForwardAsync(
                member.Address, member.EffectiveClientPort(topology), cancellationToken).ConfigureAwait(false);
            return Named(await _client.CheckAsync(
                new EtcdEndpoint(url, forward.LocalEndPoint), credentials, commandTimeout, cancellationToken).ConfigureAwait(false));
        }
        catch (EtcdSshException e)
        {
            if (_sessions.TryRemove(member, out HostSession? broken))
            {
                await broken.DisposeAsync().ConfigureAwait(false);
            }

            return Named(new EtcdEndpointHealth { Endpoint = url.GetLeftPart(UriPartial.Authority), Healthy = false, Took = Stopwatch.GetElapsedTime(start), Error = e.Message });
        }

        EtcdEndpointHealth Named(EtcdEndpointHealth row) => row with { Topology = topology, Member = member };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (HostSession session in _sessions.Values)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        _sessions.Clear();
    }

    private async Task<HostSession> SessionAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
    {
        if (_sessions.TryGetValue(member, out HostSession? open))
        {
            return open;
        }

        HostSession session = await HostSession.OpenAsync(_through!, _targets.Resolve(member, topology), cancellationToken).ConfigureAwait(false);
        return _sessions[member] = session;
    }
}
