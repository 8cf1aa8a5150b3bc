namespace EtcdHa.Core.Ssh;

/// <summary>A connection of a pool, open or being opened. Its fields belong to the pool's lock.</summary>
internal sealed class SharedSshConnection
{
    public SharedSshConnection(ResolvedSshTarget target, Task<ISshTransport> opened)
    {
        Target = target;
        Opened = opened;

        // Whoever waited may have gone: nobody else looks at the failure.
        _ = opened.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Where it leads.</summary>
    public ResolvedSshTarget Target { get; }

    /// <summary>Ends when it is open, or failed to open.</summary>
    public Task<ISshTransport> Opened { get; }

    /// <summary>How many use it or wait for it.</summary>
    public int Users { get; set; }

    /// <summary>True when nobody new is to get it: it broke, or a command on it did not end.</summary>
    public bool IsRetired { get; set; }

    /// <summary>True when it may be given to somebody more.</summary>
    public bool IsUsable => !IsRetired && (!Opened.IsCompleted || Opened.IsCompletedSuccessfully);

    /// <summary>Closes it, if it was opened. Never throws.</summary>
    public async Task CloseAsync()
    {
        await ((Task)Opened).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Opened.IsCompletedSuccessfully)
        {
            await Opened.Result.DisposeAsync().ConfigureAwait(false);
        }
    }
}
