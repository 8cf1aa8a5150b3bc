using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EtcdHa.Console.Interactive;

/// <summary>Asks the engine what could stand at the cursor. A completer that takes too long is given up.</summary>
internal sealed class Completion(Runspace runspace)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Runspace _runspace = runspace;

    internal CompletionSet Complete(string text, int cursor)
    {
        if (_runspace.RunspaceAvailability != RunspaceAvailability.Available)
        {
            return CompletionSet.None;
        }

        using var shell = PowerShell.Create(_runspace);
        var search = Task.Run(() => Find(text, cursor, shell));
        if (search.Wait(Patience))
        {
            return search.Result is { Candidates.Count: > 0 } found
                ? found
                : PathCompletion.Complete(text, cursor, _runspace.SessionStateProxy.Path.CurrentFileSystemLocation.ProviderPath);
        }

        shell.BeginStop(null, null);
        return CompletionSet.None;
    }

    private static CompletionSet Find(string text, int cursor, PowerShell shell)
    {
        try
        {
            var found = CommandCompletion.CompleteInput(text, cursor, null, shell);
            return new CompletionSet(
                found.ReplacementIndex,
                found.ReplacementLength,
                [.. found.CompletionMatches.Select(match => match.CompletionText)]);
        }
        catch (Exception refused) when (refused is RuntimeException or InvalidOperationException or ArgumentException)
        {
            // No completion is no reason to disturb the one who types.
            return CompletionSet.None;
        }
    }
}
