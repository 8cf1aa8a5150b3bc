namespace EtcdHa.Core.Hosts;

/// <summary>
/// When a step is done again because the connection dropped: how often, after which pauses, and for which errors. Only for steps that may be done
/// twice: looks, and placements, which stage all before they rename anything. Never for what another attempt cannot mend or
/// could make worse: a refused host key, login or password, sudo, a timeout, and scripts of which it is unknown whether they did their work.
/// </summary>
/// <param name="Pauses">Time before the second attempt, the third, …; none: a step is tried once.</param>
public sealed record DropPolicy(IReadOnlyList<TimeSpan> Pauses)
{
    /// <summary>Three attempts, with 0.5 s and 2 s between them.</summary>
    public static DropPolicy Default { get; } = new([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2)]);

    /// <summary>Nothing is done twice.</summary>
    public static DropPolicy Never { get; } = new([]);

    /// <summary>Does a step, and again after each drop.</summary>
    /// <param name="attempt">The step; its argument is the attempt's number, 1 for the first. From 2 on it begins with connecting anew.</param>
    /// <param name="dropped">Told before each pause: what happened, the number of the attempt that comes next, and the pause.</param>
    /// <param name="cancellationToken">Ends a pause, too.</param>
    /// <exception cref="EtcdSshException">The last attempt's, when the connection dropped in every one.</exception>
    public async Task<T> RunAsync<T>(Func<int, Task<T>> attempt, Action<EtcdSshException, int, TimeSpan> dropped, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(dropped);
        for (int number = 1; ; number++)
        {
            try
            {
                return await attempt(number).ConfigureAwait(false);
            }
            catch (EtcdSshException e) when (number <= Pauses.Count && IsDrop(e, number) && !cancellationToken.IsCancellationRequested)
            {
                dropped(e, number + 1, Pauses[number - 1]);
                await Task.Delay(Pauses[number - 1], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // A host that cannot be reached at first is told so at once; one that could be a moment ago is waited for.
    private static bool IsDrop(EtcdSshException error, int number) => error.ErrorId is "SshConnectionLost" or "SshConnectFailed"
        || (number > 1 && error.ErrorId is "SshHostUnreachable" or "SshConnectTimeout");
}
