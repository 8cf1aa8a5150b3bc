using EtcdHa.Async;
using EtcdHa.Core.Hosts;

namespace EtcdHa.Commands;

/// <summary>Where the work on one host writes its results and says what it does.</summary>
/// <param name="pipeline">The command's pipeline.</param>
/// <param name="progress">The host's line of progress.</param>
internal sealed class HostOutput(IPipeline pipeline, IProgress<string> progress)
{
    /// <summary>What is being done, to verbose and progress; what may surprise, to warning.</summary>
    public OperationLog Log { get; } = new(
        text =>
        {
            pipeline.WriteVerbose(text);
            progress.Report(text);
        },
        pipeline.WriteWarning);

    /// <summary>Writes one result.</summary>
    public void Write(object result) => pipeline.WriteObject(result);

    /// <summary>Writes results one by one.</summary>
    public void WriteAll(IEnumerable<object> results)
    {
        foreach (object result in results)
        {
            pipeline.WriteObject(result);
        }
    }
}
