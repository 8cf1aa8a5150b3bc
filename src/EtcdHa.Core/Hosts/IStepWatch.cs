using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// Told of every batch of changes just before and just after it is applied to a host; it may refuse one by an exception. A
/// batch is what one round trip does: the files of one part of the procedure, or the restart of a unit.
/// </summary>
public interface IStepWatch
{
    /// <summary>The changes are about to be applied; an exception leaves the host as it is.</summary>
    /// <param name="changes">The batch, never empty, unchanged steps left out.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task StartingAsync(IReadOnlyList<StepChange> changes, CancellationToken cancellationToken);

    /// <summary>All of them were applied. Not called for a batch that failed.</summary>
    /// <param name="changes">The batch.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task EndedAsync(IReadOnlyList<StepChange> changes, CancellationToken cancellationToken);
}

/// <summary>Lets everything pass.</summary>
public sealed class NoStepWatch : IStepWatch
{
    private NoStepWatch()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static NoStepWatch Instance { get; } = new();

    /// <inheritdoc/>
    public Task StartingAsync(IReadOnlyList<StepChange> changes, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task EndedAsync(IReadOnlyList<StepChange> changes, CancellationToken cancellationToken) => Task.CompletedTask;
}
