using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Commands;

/// <summary>Shows the SSH host keys of hosts, for comparison with the keys on the hosts themselves.</summary>
/// <remarks>
/// <para>Connects to sshd as far as its host key and no further: nobody logs in, and known_hosts is read but never written. Each key of a host, Ed25519, ECDSA and RSA, is one object with its SHA-256 fingerprint and with what known_hosts says of it: Known, Unknown, Changed, Revoked or, of a certificate, Invalid.</para>
/// <para>A host certificate is one object more: Type is the certificate's, AuthorityFingerprint tells its CA, Principals, ValidAfter and ValidBefore for which hosts and how long it is, and Problem why it does not count, if so. Its KnownHostsLine trusts the CA for the host, which is more than one key: trust a CA only whose fingerprint you have from its owner.</para>
/// <para>A key shown here has come over the network. Compare its fingerprint with what 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' prints on the host's own console before its KnownHostsLine is added to known_hosts.</para>
/// <para>Jump hosts are verified and logged in to as for any other command; the host behind them is not.</para>
/// <para>Where and how a host is reached comes from the target, then from the topology, if one is given, then from ~/.ssh/config. With a pinned fingerprint known_hosts is not read: the key that has it is Known.</para>
/// </remarks>
/// <example>
/// <summary>The keys of a cluster's hosts</summary>
/// <code>$topology | Get-EtcdSshHostKey</code>
/// <para>Shows host, type, fingerprint and status of every key.</para>
/// </example>
/// <example>
/// <summary>The keys of some hosts</summary>
/// <code>'10.0.0.6', 'ubuntu@10.0.0.7:2222' | Get-EtcdSshHostKey</code>
/// <para>No topology is needed.</para>
/// </example>
/// <example>
/// <summary>The line for known_hosts</summary>
/// <code>Get-EtcdSshHostKey ubuntu@10.0.0.6:2222 | Where-Object Type -EQ ssh-ed25519 | Select-Object -ExpandProperty KnownHostsLine</code>
/// <para>Prints the line to add to known_hosts once the fingerprint was compared.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSshHostKey")]
[OutputType(typeof(EtcdSshHostKey))]
public sealed class GetEtcdSshHostKeyCommand : AsyncCmdlet
{
    private const string OfTargets = "Target";
    private const string OfCluster = "Cluster";

    private readonly List<(string Name, Func<SshTargetResolver, ResolvedSshTarget> Resolve)> _hosts = [];

    /// <summary>The hosts: [user@]host[:port], or objects of New-EtcdSshTarget.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = OfTargets)]
    [ValidateNotNull]
    public EtcdSshTarget[] SshTarget { get; set; } = [];

    /// <summary>The topology: the hosts of all its members.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = OfCluster)]
    [ValidateNotNull]
    public EtcdTopology Topology { get; set; } = null!;

    /// <summary>How many hosts are asked at the same time.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = HostFanOut.DefaultThrottleLimit;

    /// <summary>Collects the hosts.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == OfCluster)
        {
            EtcdTopology topology = Topology;
            _hosts.AddRange(topology.Members.Select(m => (m.Name, (Func<SshTargetResolver, ResolvedSshTarget>)(r => r.Resolve(m, topology)))));
        }
        else
        {
            _hosts.AddRange(SshTarget.Select(t => (t.ToString(), (Func<SshTargetResolver, ResolvedSshTarget>)(r => r.Resolve(t)))));
        }
    }

    private protected override async Task EndProcessingAsync(IPipeline pipeline, CancellationToken cancellationToken)
    {
        var resolver = new SshTargetResolver(SshEnvironment.Current());
        using var connections = new SshConnectionPool();
        ISshConnector hops = connections.Through(own => SshParameters.Connector(pipeline, own));
        await HostFanOut.RunAsync(
            pipeline,
            "Asking for SSH host keys",
            _hosts,
            host => host.Name,
            ThrottleLimit,
            async (host, _, token) =>
            {
                ResolvedSshTarget resolved = host.Resolve(resolver);
                foreach (string notice in resolved.Notices)
                {
                    pipeline.WriteVerbose($"{host.Name}: {notice}");
                }

                pipeline.WriteVerbose($"{host.Name}: asking {resolved.ToPath()}");
                foreach (EtcdSshHostKey key in await SshHostKeyScanner.ScanAsync(resolved, hops, token).ConfigureAwait(false))
                {
                    pipeline.WriteObject(key);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }
}
