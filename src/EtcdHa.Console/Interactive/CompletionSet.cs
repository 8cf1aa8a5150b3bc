namespace EtcdHa.Console.Interactive;

/// <summary>What could stand in place of a part of the text.</summary>
/// <param name="Start">Where that part begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Candidates">What could stand there.</param>
internal sealed record CompletionSet(int Start, int Length, IReadOnlyList<string> Candidates)
{
    internal static CompletionSet None { get; } = new(0, 0, []);
}
