namespace EtcdHa.Core.Hosts;

/// <summary>Where an operation on a host says what it does. Called from any thread; never with a secret.</summary>
/// <param name="Verbose">What is being done.</param>
/// <param name="Warning">What may surprise.</param>
public sealed record OperationLog(Action<string> Verbose, Action<string> Warning)
{
    /// <summary>Says nothing.</summary>
    public static OperationLog Silent { get; } = new(_ => { }, _ => { });
}
