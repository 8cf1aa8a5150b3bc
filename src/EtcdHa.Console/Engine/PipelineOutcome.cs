namespace EtcdHa.Console.Engine;

internal enum PipelineOutcome
{
    Completed,

    /// <summary>An error ended it; the error has been shown.</summary>
    Failed,

    /// <summary>It was stopped from outside.</summary>
    Stopped,
}
