using System.Diagnostics;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdHa.Core.Etcd;

/// <summary>The health of members over gRPC with mutual TLS. It keeps nothing between calls and may be used from several threads.</summary>
public sealed class EtcdHealthClient : IEtcdHealthClient
{
    /// <summary>etcdctl's <c>--command-timeout</c>: 5 s.</summary>
    public static readonly TimeSpan DefaultCommandTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<EtcdEndpointHealth> CheckAsync(
        EtcdEndpoint endpoint,
        EtcdClientCredentials credentials,
        TimeSpan? commandTimeout = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan timeout = commandTimeout ?? DefaultCommandTimeout;
        using CancellationTokenSource limit = Limit(endpoint, credentials, timeout, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        EtcdEndpointHealth row = new() { Endpoint = endpoint.ToString(), Healthy = false, Took = TimeSpan.Zero };
        try
        {
            using EtcdConnection connection = await EtcdConnection.OpenAsync(endpoint, credentials, limit.Token).ConfigureAwait(false);
            Task<ReadOutcome> read = ReadAsync(connection, start, limit.Token);
            StatusResponse? status = await LatestStatusAsync(connection, read, start, timeout, limit.Token).ConfigureAwait(false);
            ReadOutcome outcome = await read.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();

            row = EtcdStatus.AddTo(row with { Took = outcome.Took }, status);
            if (outcome.Error is null)
            {
                return await WithAlarmsAsync(row, connection, limit.Token, cancellationToken).ConfigureAwait(false);
            }

            string? error = outcome.ConnectionBroke
                ? await RefusalAsync(endpoint, credentials, limit.Token).ConfigureAwait(false)
                : outcome.TimedOut && status is { Leader: 0 } ? $"{outcome.Error} (etcdserver: no leader)" : null;
            cancellationToken.ThrowIfCancellationRequested();
            return row with { Error = error ?? outcome.Error };
        }
        catch (EtcdConnectionException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return row with { Took = Stopwatch.GetElapsedTime(start), Error = error.Message };
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EtcdClusterMember>> ListMembersAsync(
        EtcdEndpoint endpoint,
        EtcdClientCredentials credentials,
        TimeSpan? commandTimeout = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan timeout = commandTimeout ?? DefaultCommandTimeout;
        using CancellationTokenSource limit = Limit(endpoint, credentials, timeout, cancellationToken);
        string reason;
        Exception cause;
        try
        {
            using EtcdConnection connection = await EtcdConnection.OpenAsync(endpoint, credentials, limit.Token).ConfigureAwait(false);
            MemberListResponse answer = await connection.Cluster.MemberListAsync(
                new MemberListRequest { Linearizable = false }, cancellationToken: limit.Token).ConfigureAwait(false);
            return [.. answer.Members.Select(member => new EtcdClusterMember(
                EtcdHealthText.Id(member.ID), member.Name, [.. member.PeerURLs], [.. member.ClientURLs], member.IsLearner))];
        }
        catch (EtcdConnectionException error)
        {
            (reason, cause) = (error.Message, error);
        }
        catch (OperationCanceledException error)
        {
            (reason, cause) = ($"{ConnectionFault.TooLate} (member list)", error);
        }
        catch (RpcException error)
        {
            string? refusal = IsTransport(error) ? await RefusalAsync(endpoint, credentials, limit.Token).ConfigureAwait(false) : null;
            (reason, cause) = (refusal ?? Text(error), error);
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new EtcdClusterException(cause, "EtcdMemberListFailed", endpoint, reason) { Subject = endpoint.ToString() };
    }

    private static CancellationTokenSource Limit(
        EtcdEndpoint endpoint, EtcdClientCredentials credentials, TimeSpan timeout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromDays(1));
        cancellation.ThrowIfCancellationRequested();
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        return limit;
    }

    /// <summary>
    /// The linearizable read. It asks for the count only: the consensus is the same, and the value of somebody's key "health" stays
    /// where it is. An election is waited for within the time, as etcd's own client does.
    /// </summary>
    private static async Task<ReadOutcome> ReadAsync(EtcdConnection connection, long start, CancellationToken cancellation)
    {
        var request = new RangeRequest { Key = ByteString.CopyFromUtf8("health"), CountOnly = true };
        while (true)
        {
            try
            {
                try
                {
                    await connection.Kv.RangeAsync(request, cancellationToken: cancellation).ConfigureAwait(false);
                    return new ReadOutcome(Stopwatch.GetElapsedTime(start), null);
                }
                catch (RpcException error) when (error.StatusCode == StatusCode.PermissionDenied)
                {
                    // To refuse, the member had to agree with the others on who may do what.
                    return new ReadOutcome(Stopwatch.GetElapsedTime(start), null);
                }
                catch (RpcException error) when (IsElection(error))
                {
                    await Task.Delay(RetryPause, cancellation).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                return new ReadOutcome(Stopwatch.GetElapsedTime(start), ConnectionFault.TooLate, TimedOut: true);
            }
            catch (RpcException error)
            {
                return new ReadOutcome(Stopwatch.GetElapsedTime(start), Text(error), ConnectionBroke: IsTransport(error));
            }
        }
    }

    /// <summary>
    /// The status, which needs no quorum. A leader that lost its followers believes in itself for another election timeout, so when the
    /// read is still waiting late in the time the status is asked for again.
    /// </summary>
    private static async Task<StatusResponse?> LatestStatusAsync(
        EtcdConnection connection, Task read, long start, TimeSpan timeout, CancellationToken cancellation)
    {
        StatusResponse? first = await StatusAsync(connection, cancellation).ConfigureAwait(false);
        TimeSpan late = (timeout * 0.8) - Stopwatch.GetElapsedTime(start);
        if (late > TimeSpan.Zero)
        {
            await read.WaitAsync(late, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return read.IsCompleted ? first : await StatusAsync(connection, cancellation).ConfigureAwait(false) ?? first;
    }

    private static async Task<StatusResponse?> StatusAsync(EtcdConnection connection, CancellationToken cancellation)
    {
        try
        {
            return await connection.Maintenance.StatusAsync(new StatusRequest(), cancellationToken: cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            return null;
        }
    }

    // A server that has no alarms to ask for raises none.
    private static async Task<EtcdEndpointHealth> WithAlarmsAsync(
        EtcdEndpointHealth row, EtcdConnection connection, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            AlarmResponse answer = await connection.Maintenance.AlarmAsync(
                new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get }, cancellationToken: limit).ConfigureAwait(false);
            string[] alarms = [.. answer.Alarms.Select(alarm => EtcdHealthText.Alarm((int)alarm.Alarm))];
            return alarms.Length == 0
                ? row with { Healthy = true }
                : row with { Alarm = alarms, Error = EtcdHealthText.ActiveAlarms + string.Join(' ', alarms) };
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unimplemented)
        {
            return row with { Healthy = true };
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return row with { Error = "Unable to fetch the alarm list" };
        }
    }

    private static async Task<string?> RefusalAsync(EtcdEndpoint endpoint, EtcdClientCredentials credentials, CancellationToken limit)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit);
        patience.CancelAfter(RefusalPatience);
        return await EtcdConnection.FindRefusalAsync(endpoint, credentials, patience.Token).ConfigureAwait(false);
    }

    // An error of the server has no exception behind it.
    private static bool IsTransport(RpcException error) => error.Status.DebugException is not null;

    private static bool IsElection(RpcException error) => error.StatusCode == StatusCode.Unavailable
        && error.Status.Detail is "etcdserver: leader changed" or "etcdserver: no leader";

    private static string Text(RpcException error) =>
        (IsTransport(error) ? "connection lost: " + error.Status.DebugException!.GetBaseException().Message : error.Status.Detail)
        .ReplaceLineEndings(" ");

    private readonly record struct ReadOutcome(TimeSpan Took, string? Error, bool TimedOut = false, bool ConnectionBroke = false);
}
