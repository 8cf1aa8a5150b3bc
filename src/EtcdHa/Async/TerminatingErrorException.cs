using System.Management.Automation;

namespace EtcdHa.Async;

/// <summary>Carries a terminating error from the task to the pipeline thread.</summary>
internal sealed class TerminatingErrorException(ErrorRecord error) : Exception(error.Exception.Message, error.Exception)
{
    public ErrorRecord Error { get; } = error;
}
