using System.Management.Automation;
using System.Security;
using EtcdHa.Async;
using EtcdHa.Core.Ssh;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>What the parameters for SSH mean, for the cmdlets that have them.</summary>
internal static class SshParameters
{
    /// <summary>A switch's value; null when it was not given, so that the topology's counts.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="value">The switch.</param>
    /// <param name="name">Its name.</param>
    public static bool? Given(PSCmdlet cmdlet, SwitchParameter value, string name) =>
        cmdlet.MyInvocation.BoundParameters.ContainsKey(name) ? value.IsPresent : null;

    /// <summary>An agent: a path is made absolute; none, SSH_AUTH_SOCK, $NAME and a pipe of Windows stay as they are.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="agent">What was given.</param>
    /// <exception cref="EtcdStagingException"><c>PathNotFileSystem</c>.</exception>
    public static string? Agent(PSCmdlet cmdlet, string? agent) =>
        agent is null || agent is "SSH_AUTH_SOCK" || agent.StartsWith('$') || agent.StartsWith(@"\\.\", StringComparison.Ordinal) ? agent
        : agent.Equals("none", StringComparison.OrdinalIgnoreCase) ? "none"
        : FilePaths.New(cmdlet, agent);

    /// <summary>Jump hosts: the one word none is an empty list.</summary>
    /// <param name="hosts">What was given.</param>
    public static EtcdSshTarget[]? JumpHosts(EtcdSshTarget[]? hosts) =>
        hosts is [{ } only] && only.ToString().Equals("none", StringComparison.OrdinalIgnoreCase) ? [] : hosts;

    /// <summary>What a command was given for all its hosts.</summary>
    /// <param name="credential">User name and password, or null.</param>
    /// <param name="sudoPassword">The sudo password, or null.</param>
    /// <param name="keyPassphrase">The passphrase, or null.</param>
    public static SshSecrets Secrets(PSCredential? credential, SecureString? sudoPassword, SecureString? keyPassphrase) =>
        new(credential?.UserName, credential?.Password, sudoPassword, keyPassphrase);

    /// <summary>Opens connections, asks for passphrases and tells what it does.</summary>
    /// <param name="pipeline">Where it asks and tells.</param>
    /// <param name="hops">Connects to jump hosts.</param>
    public static ISshConnector Connector(IPipeline pipeline, ISshConnector? hops) => new PatientSshConnector(
        new SshNetConnector(hops, new PipelineSecretPrompt(pipeline), new SshConnectionLog(pipeline.WriteVerbose, pipeline.WriteDebug, pipeline.WriteWarning)));

    /// <summary>The user of a credential, which a user name must not contradict.</summary>
    /// <param name="userName">The user name that was given.</param>
    /// <param name="credential">The credential that was given.</param>
    /// <exception cref="EtcdTopologyException"><c>SshCredentialContradiction</c>.</exception>
    public static string? UserName(string? userName, PSCredential? credential) =>
        credential is null ? userName
        : userName is null || userName == credential.UserName ? credential.UserName
        : throw new EtcdTopologyException("SshCredentialContradiction", userName, credential.UserName) { Subject = userName };
}
