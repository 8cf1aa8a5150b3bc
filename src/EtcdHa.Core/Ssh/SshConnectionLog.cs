namespace EtcdHa.Core.Ssh;

/// <summary>Where connecting tells what it does. Safe from any thread; never given a secret.</summary>
/// <param name="Verbose">What is done.</param>
/// <param name="Debug">Detail of the protocol.</param>
/// <param name="Warning">What may surprise.</param>
public sealed record SshConnectionLog(Action<string> Verbose, Action<string> Debug, Action<string> Warning)
{
    /// <summary>Tells nobody.</summary>
    public static SshConnectionLog None { get; } = new(_ => { }, _ => { }, _ => { });
}
