using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Async;

/// <summary>
/// The SSH connections of the pipeline that runs in a runspace. PowerShell begins all cmdlets of a pipeline before the first one
/// works, and disposes of all of them at its end, however it ends: leases taken in BeginProcessing and returned in Dispose
/// overlap for as long as the pipeline lasts, and for no longer. Pipelines inside it share its connections.
/// </summary>
internal static class RunspaceConnections
{
    // A runspace runs one pipeline at a time, with others inside; several runspaces of a process share nothing.
    private static readonly ConditionalWeakTable<Runspace, SshConnectionLeases> Leases = [];

    /// <summary>Takes a cmdlet's lease. Called on the pipeline thread.</summary>
    public static SshConnectionLease Take() =>
        (Runspace.DefaultRunspace is { } runspace ? Leases.GetOrCreateValue(runspace) : new SshConnectionLeases()).Take();
}
