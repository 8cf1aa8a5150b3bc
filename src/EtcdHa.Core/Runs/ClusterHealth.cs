using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Runs;

/// <summary>Asks with the healthcheck client's certificate of the staging folder.</summary>
/// <param name="probe">Reaches the members.</param>
/// <param name="stagingPath">The staging folder, absolute. It is read at the first question: before a run it may hold nothing.</param>
/// <param name="commandTimeout">Time allowed for an endpoint to answer.</param>
public sealed class ClusterHealth(HealthProbe probe, string stagingPath, TimeSpan commandTimeout) : IClusterHealth, IDisposable
{
    private EtcdClientCredentials? _credentials;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EtcdEndpointHealth>> CheckAsync(EtcdTopology topology, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        EtcdClientCredentials credentials = Credentials(topology);
        EtcdEndpointHealth[] rows = await Task.WhenAll(topology.Members.Select(
            m => probe.CheckAsync(topology, m, credentials, commandTimeout, cancellationToken))).ConfigureAwait(false);
        IReadOnlyList<string> warnings = FoundingIds.Explain(topology, [.. rows.Select(r => new RunningIds(r.Member!, r.ClusterId, r.MemberId))]);
        return [.. rows.Zip(warnings, (row, warning) => row with { StagingPath = stagingPath, Warning = warning })];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EtcdClusterMember>?> MembersAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        try
        {
            return await probe.ListMembersAsync(topology, member, Credentials(topology), commandTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdClusterException or EtcdSshException)
        {
            return null;
        }
    }

    /// <summary>Wipes the key that was read.</summary>
    public void Dispose() => _credentials?.Dispose();

    private EtcdClientCredentials Credentials(EtcdTopology topology) => _credentials ??= Read(topology.Members[0]);

    private EtcdClientCredentials Read(EtcdMember member)
    {
        var staging = new StagingFolder(stagingPath);
        return ClientCertificateFiles.Read(
            staging.AuthorityCertificatePath,
            staging.CertificatePath(member, KubeadmCertificates.HealthcheckClientName),
            staging.KeyPath(member, KubeadmCertificates.HealthcheckClientName));
    }
}
