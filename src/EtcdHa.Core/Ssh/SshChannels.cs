namespace EtcdHa.Core.Ssh;

/// <summary>
/// How many commands run over one connection at once. A host may allow fewer than are tried (sshd_config(5), MaxSessions, 10 by default):
/// the command it refused waits until another one has ended.
/// </summary>
internal static class SshChannels
{
    /// <summary>Commands at once.</summary>
    public const int Maximum = 8;

    // sshd counts a session until it has seen the end of its process, a moment later than its answer is here.
    private const int MaximumRefusalsAlone = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan MaximumPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits a little after the host refused a command.</summary>
    /// <param name="refusals">How often it was refused, from 1.</param>
    /// <param name="isAlone">Tells whether no other command runs over the connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the host refuses though no other command runs: there is nothing to wait for.</returns>
    public static async Task<bool> WaitForRoomAsync(int refusals, Func<bool> isAlone, CancellationToken cancellationToken)
    {
        if (refusals > MaximumRefusalsAlone && isAlone())
        {
            return false;
        }

        TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(refusals, MaximumRefusalsAlone) - 1);
        await Task.Delay(pause < MaximumPause ? pause : MaximumPause, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
