using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdHa.Core.Topology;

namespace EtcdHa.Completion;

/// <summary>Completes a Kubernetes version: for every minor EtcdHa knows, newest first, the newest patch it was checked against.</summary>
public sealed class KubernetesVersionCompleter : IArgumentCompleter
{
    /// <summary>The versions that begin with what was typed, with or without the <c>v</c>.</summary>
    /// <param name="commandName">Not used.</param>
    /// <param name="parameterName">Not used.</param>
    /// <param name="wordToComplete">What was typed so far.</param>
    /// <param name="commandAst">Not used.</param>
    /// <param name="fakeBoundParameters">Not used.</param>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = wordToComplete.Trim('\'', '"').TrimStart('v', 'V');
        return
        [
            .. KubernetesReleases.All.Reverse()
                .Select(release => $"1.{release.Minor}.{release.CheckedPatch}")
                .Where(version => version.StartsWith(typed, StringComparison.Ordinal))
                .Select(version => new CompletionResult("v" + version, "v" + version, CompletionResultType.ParameterValue, "Kubernetes " + version)),
        ];
    }
}
