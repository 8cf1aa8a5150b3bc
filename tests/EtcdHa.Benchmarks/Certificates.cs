using EtcdHa.Core.Staging;

namespace EtcdHa.Benchmarks;

/// <summary>What New-EtcdCertificateSet does.</summary>
internal static class Certificates
{
    /// <summary>Makes a cluster's CA and every member's set.</summary>
    public static async Task MakeAsync(EtcdTopology topology, string folder)
    {
        StagingFolder staging = new(folder);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await staging.EnsureAuthorityAsync(topology, now, CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAll(topology.Members.Select(member =>
            staging.EnsureCertificateSetAsync(topology, member, now, CertificateReplacement.None, CancellationToken.None))).ConfigureAwait(false);
    }
}
