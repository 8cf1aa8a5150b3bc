using EtcdHa.Errors;

namespace EtcdHa.Async;

/// <summary>
/// Runs the same work for many hosts in parallel. Results are written by the work, as soon as they exist: they come in the
/// order of completion, not of the input. A host that fails is a non-terminating error that names it; the others go on.
/// </summary>
internal static class HostFanOut
{
    /// <summary>The ThrottleLimit of cmdlets that are given none.</summary>
    public const int DefaultThrottleLimit = 16;

    /// <summary>Does the work for every item; ends when the last one has.</summary>
    /// <param name="pipeline">Where results, errors and progress go.</param>
    /// <param name="activity">What the command does, the heading of its progress.</param>
    /// <param name="items">The members or targets.</param>
    /// <param name="name">An item's host name, for errors and progress.</param>
    /// <param name="throttleLimit">How many at a time, from 1.</param>
    /// <param name="work">The work for one item; it reports what it is doing through the IProgress.</param>
    /// <param name="cancellationToken">Stops all.</param>
    /// <param name="unit">What the items are, in the plural, for the progress.</param>
    public static async Task RunAsync<T>(
        IPipeline pipeline,
        string activity,
        IReadOnlyCollection<T> items,
        Func<T, string> name,
        int throttleLimit,
        Func<T, IProgress<string>, CancellationToken, Task> work,
        CancellationToken cancellationToken,
        string unit = "hosts")
    {
        var progress = new HostProgress(pipeline, activity, items.Count, TimeProvider.System, unit);
        var options = new ParallelOptions { MaxDegreeOfParallelism = throttleLimit, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(items, options, async (item, token) =>
            {
                using HostProgress.Child child = progress.Start(name(item));
                try
                {
                    await work(item, child, token).ConfigureAwait(false);
                }
                catch (TerminatingErrorException)
                {
                    throw;
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    // A cancellation nobody asked for is a timeout that was not translated: an error of this host.
                    Exception error = e is OperationCanceledException && !token.IsCancellationRequested ? new TimeoutException(e.Message, e) : e;
                    if (error is not OperationCanceledException)
                    {
                        pipeline.WriteError(ErrorRecords.From(error, name(item), name(item)));
                    }
                }
            }).ConfigureAwait(false);
        }
        finally
        {
            progress.Complete();
        }
    }
}
