using System.Collections.Concurrent;
using System.Diagnostics;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// Asks members for their health: from the workstation, through each host's SSH connection, or from one other host through its
/// connection. Connections are kept between rounds, so that waiting for a cluster costs one login a host; a login that takes
/// longer than a round goes on, and a later round has it.
/// </summary>
public sealed class HealthProbe : IAsyncDisposable
{
    private readonly IEtcdHealthClient _client;
    private readonly ISshConnector? _through;
    private readonly SshTargetResolver _targets;
    private readonly EtcdSshTarget? _from;
    private readonly ConcurrentDictionary<object, Lazy<Task<HostSession>>> _sessions = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Creates a probe.</summary>
    /// <param name="client">Talks to etcd.</param>
    /// <param name="through">Opens SSH connections to reach the client port through; null: it is dialled directly.</param>
    /// <param name="targets">Decides how a host is reached.</param>
    /// <param name="from">The host every member is dialled from; null: each member's own.</param>
    public HealthProbe(IEtcdHealthClient client, ISshConnector? through, SshTargetResolver targets, EtcdSshTarget? from = null)
    {
        _targets = targets;
        _client = client;
        _through = through;
        _from = from;
    }

    /// <summary>The health of one member. A host that cannot be reached is a row that says so, not an exception.</summary>
    /// <param name="topology">The topology; the same object for every member of one cluster.</param>
    /// <param name="member">The member.</param>
    /// <param name="credentials">The client certificate.</param>
    /// <param name="commandTimeout">Time allowed for the endpoint to answer, logging in over SSH included.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    public async Task<EtcdEndpointHealth> CheckAsync(
        EtcdTopology topology, EtcdMember member, EtcdClientCredentials credentials, TimeSpan commandTimeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        EtcdEndpointHealth row = await AskAsync(topology, member, credentials, commandTimeout, cancellationToken).ConfigureAwait(false);
        return row with { Topology = topology, Member = member };
    }

    /// <summary>The health of every member, in the topology's order, with what the cluster IDs say as warnings.</summary>
    /// <inheritdoc cref="CheckAsync"/>
    public async Task<IReadOnlyList<EtcdEndpointHealth>> CheckAllAsync(
        EtcdTopology topology, EtcdClientCredentials credentials, TimeSpan commandTimeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        EtcdEndpointHealth[] rows = await Task.WhenAll(
            topology.Members.Select(member => CheckAsync(topology, member, credentials, commandTimeout, cancellationToken))).ConfigureAwait(false);
        return [.. FoundingIds.Explain(topology, rows)];
    }

    /// <summary>Asks one member who the members are.</summary>
    /// <param name="topology">The topology; the same object for every member of one cluster.</param>
    /// <param name="member">The member.</param>
    /// <param name="credentials">The client certificate.</param>
    /// <param name="commandTimeout">Time allowed for the answer, once the host is reached.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="EtcdClusterException"><c>EtcdMemberListFailed</c>.</exception>
    /// <exception cref="EtcdSshException">The host it is reached through cannot be.</exception>
    public async Task<IReadOnlyList<EtcdClusterMember>> ListMembersAsync(
        EtcdTopology topology, EtcdMember member, EtcdClientCredentials credentials, TimeSpan commandTimeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        var url = new Uri(member.ClientUrl(topology));
        if (_through is null)
        {
            return await _client.ListMembersAsync(new EtcdEndpoint(url), credentials, commandTimeout, cancellationToken).ConfigureAwait(false);
        }

        ResolvedSshTarget target = _from is null ? _targets.Resolve(member, topology) : _targets.Resolve(_from, topology);
        HostSession session = await _sessions.GetOrAdd(_from is null ? member : topology, _ => new(() => HostSession.OpenAsync(_through, target, _closing.Token)))
            .Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        await using ISshForward forward = await session.ForwardAsync(member.Address, member.EffectiveClientPort(topology), cancellationToken).ConfigureAwait(false);
        return await _client.ListMembersAsync(new EtcdEndpoint(url, forward.LocalEndPoint), credentials, commandTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends logins that are still under way and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_sessions.Values.Select(session => CloseAsync(session.Value))).ConfigureAwait(false);
        _sessions.Clear();
        _closing.Dispose();
    }

    private async Task<EtcdEndpointHealth> AskAsync(
        EtcdTopology topology, EtcdMember member, EtcdClientCredentials credentials, TimeSpan commandTimeout, CancellationToken cancellationToken)
    {
        var url = new Uri(member.ClientUrl(topology));
        if (_through is null)
        {
            return await _client.CheckAsync(new EtcdEndpoint(url), credentials, commandTimeout, cancellationToken).ConfigureAwait(false);
        }

        long start = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(commandTimeout);
        object key = _from is null ? member : topology;
        string? host = null;
        Lazy<Task<HostSession>>? opening = null;
        try
        {
            ResolvedSshTarget target = _from is null ? _targets.Resolve(member, topology) : _targets.Resolve(_from, topology);
            host = target.ToString();
            opening = _sessions.GetOrAdd(key, _ => new(() => HostSession.OpenAsync(_through, target, _closing.Token)));
            HostSession session = await opening.Value.WaitAsync(limit.Token).ConfigureAwait(false);
            await using ISshForward forward = await session.ForwardAsync(
                member.Address, member.EffectiveClientPort(topology), limit.Token).ConfigureAwait(false);
            TimeSpan left = commandTimeout - Stopwatch.GetElapsedTime(start);
            EtcdEndpointHealth row = left > TimeSpan.Zero
                ? await _client.CheckAsync(new EtcdEndpoint(url, forward.LocalEndPoint), credentials, left, cancellationToken).ConfigureAwait(false)
                : throw new OperationCanceledException();
            return row with { From = host };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"{ConnectionFault.TooLate} (SSH connection to {host})");
        }
        catch (EtcdSshException e)
        {
            // Only this one: another check may have logged in anew meanwhile.
            if (opening is not null && _sessions.TryRemove(new(key, opening)))
            {
                await CloseAsync(opening.Value).ConfigureAwait(false);
            }

            return Failed(e.Message);
        }

        EtcdEndpointHealth Failed(string error) => new()
        {
            Endpoint = url.GetLeftPart(UriPartial.Authority),
            Healthy = false,
            Took = Stopwatch.GetElapsedTime(start),
            Error = error,
            From = host,
        };
    }

    private static async Task CloseAsync(Task<HostSession> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await opening.Result.DisposeAsync().ConfigureAwait(false);
        }
    }
}
