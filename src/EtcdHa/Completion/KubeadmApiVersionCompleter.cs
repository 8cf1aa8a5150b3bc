using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdHa.Core.Topology;

namespace EtcdHa.Completion;

/// <summary>Completes a kubeadm API version, newest first; those that kubeadm of a Kubernetes version given beside it reads.</summary>
public sealed class KubeadmApiVersionCompleter : IArgumentCompleter
{
    /// <summary>The API versions that begin with what was typed.</summary>
    /// <param name="commandName">Not used.</param>
    /// <param name="parameterName">Not used.</param>
    /// <param name="wordToComplete">What was typed so far.</param>
    /// <param name="commandAst">Not used.</param>
    /// <param name="fakeBoundParameters">The other arguments.</param>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = wordToComplete.Trim('\'', '"');
        IReadOnlyList<string> readable = KubernetesVersion.TryParse(fakeBoundParameters["KubernetesVersion"] as string, out KubernetesVersion version)
            && KubernetesReleases.All.FirstOrDefault(r => version.Major == 1 && r.Minor == version.Minor) is KubernetesRelease release
            ? release.ApiVersions
            : KubeadmApiVersions.All;
        return
        [
            .. readable.Reverse()
                .Where(api => api.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .Select(api => new CompletionResult(api, api, CompletionResultType.ParameterValue, "kubeadm.k8s.io/" + api)),
        ];
    }
}
