namespace EtcdHa.Core.Ssh;

/// <summary>Runs what blocks on a thread of its own, away from the pool that timers and continuations need.</summary>
internal static class Blocking
{
    /// <summary>Starts an action on a new thread.</summary>
    public static Task Run(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Starts a function on a new thread.</summary>
    public static Task<T> Run<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
