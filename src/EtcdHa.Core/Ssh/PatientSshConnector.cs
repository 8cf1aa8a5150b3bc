namespace EtcdHa.Core.Ssh;

/// <summary>
/// Connects again when a host hung up before it said who it is: sshd does so while too many others are logging in (sshd_config(5), MaxStartups).
/// Nothing has been done by then. The pauses double, and are drawn at random, so that hosts and workstations that were refused together do not come back together.
/// </summary>
public sealed class PatientSshConnector : ISshConnector
{
    /// <summary>How often a host is dialled: with the pauses between, about 15 seconds.</summary>
    public const int MaximumAttempts = 10;

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan MaximumPause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private readonly ISshConnector _connector;
    private readonly Func<TimeSpan, CancellationToken, Task> _wait;

    /// <summary>Creates a connector.</summary>
    /// <param name="connector">Makes each attempt.</param>
    public PatientSshConnector(ISshConnector connector)
        : this(connector, Task.Delay)
    {
    }

    internal PatientSshConnector(ISshConnector connector, Func<TimeSpan, CancellationToken, Task> wait)
    {
        _connector = connector;
        _wait = wait;
    }

    /// <inheritdoc/>
    public async Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        string subject = target.ToString();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await _connector.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdSshException e) when (e.ErrorId == "SshHungUp" && subject.Equals(e.Subject) && attempt < MaximumAttempts)
            {
                // A jump host that hung up has been dialled again already.
                await _wait(Pause(attempt), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The pause after an attempt: at least half of what its number allows.</summary>
    private static TimeSpan Pause(int attempt)
    {
        TimeSpan most = FirstPause * Math.Pow(2, attempt - 1);
        return (most < MaximumPause ? most : MaximumPause) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
