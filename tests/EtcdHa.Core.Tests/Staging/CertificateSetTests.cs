using System.Security.Cryptography;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Staging;

/// <summary>A member's certificates; the cases of golden/reuse-kubeadm-1.36.3.txt that are about them have their number.</summary>
public sealed class CertificateSetTests : IAsyncLifetime
{
    private readonly TemporaryFolder _temporary = new();
    private readonly StagingFolder _staging;
    private readonly EtcdTopology _topology = Make.Topology();

    public CertificateSetTests() => _staging = new StagingFolder(_temporary["staging"]);

    private EtcdMember Infra0 => _topology.Members[0];

    private string ServerCertificate => _staging.CertificatePath(Infra0, KubeadmCertificates.ServerName);

    private string ServerKey => _staging.KeyPath(Infra0, KubeadmCertificates.ServerName);

    public async ValueTask InitializeAsync() => await _staging.EnsureAuthorityAsync(_topology, Make.Now, default);

    public ValueTask DisposeAsync()
    {
        _temporary.Dispose();
        return default;
    }

    [Fact]
    public async Task A_new_set_is_described()
    {
        EtcdCertificateSet set = await Ensure();

        Assert.Equal(EtcdChange.Created, set.Status);
        Assert.Equal(KubeadmCertificates.LeafNames, set.Certificates.Select(c => c.Name));
        Assert.Equal(_staging.CertificatesFolder(Infra0), set.Path);
        Assert.Equal(_staging.Path, set.StagingPath);
        EtcdCertificate server = set.Certificates[0];
        Assert.Equal((ServerCertificate, ServerKey, "CN=infra0"), (server.Path, server.KeyPath, server.Subject));
        Assert.Equal(["infra0", "localhost", "10.0.0.6", "127.0.0.1", "::1"], server.SubjectAlternativeName);
        Assert.Equal(new DateTimeOffset(2027, 11, 23, 5, 19, 51, TimeSpan.Zero), set.NotAfter);
        Assert.Equal(File.ReadAllText(_staging.AuthorityCertificatePath), File.ReadAllText(_staging.CertificatePath(Infra0, KubeadmCertificates.AuthorityName)));
    }

    // Case 1.
    [Fact]
    public async Task A_second_run_keeps_every_byte()
    {
        await Ensure();
        Dictionary<string, string> before = Contents();
        EtcdCertificateSet second = await Ensure();

        Assert.Equal(EtcdChange.Unchanged, second.Status);
        Assert.All(second.Certificates, c => Assert.Equal(EtcdChange.Unchanged, c.Status));
        Assert.Equal(before, Contents());
        Assert.Equal(EtcdChange.Unchanged, _staging.FindCertificateSet(_topology, Infra0, [], Make.Now)!.Status);
    }

    // Case 2: kubeadm does not look at the key.
    [Fact]
    public async Task A_missing_key_is_refused()
    {
        await Ensure();
        File.Delete(ServerKey);

        Assert.Equal(["etcd/server.crt: the key is missing"], await Findings());
    }

    [Fact]
    public async Task Keys_that_were_all_removed_are_told_as_that_and_made_anew_with_Force()
    {
        await Ensure();
        foreach (string key in Directory.GetFiles(Path.GetDirectoryName(Path.GetDirectoryName(ServerKey))!, "*.key", SearchOption.AllDirectories))
        {
            File.Delete(key);
        }

        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(() => Ensure());
        Assert.Equal("CertificateKeysRemoved", error.ErrorId);
        Assert.Equal(EtcdChange.Updated, (await Ensure(CertificateReplacement.All)).Status);
    }

    // Case 3: kubeadm stops with an error.
    [Fact]
    public async Task A_key_without_certificate_gets_one_and_is_kept()
    {
        await Ensure();
        string key = File.ReadAllText(ServerKey);
        File.Delete(ServerCertificate);
        EtcdCertificateSet set = await Ensure();

        Assert.Equal(EtcdChange.Updated, set.Status);
        Assert.Equal([EtcdChange.Created, EtcdChange.Unchanged, EtcdChange.Unchanged, EtcdChange.Unchanged], set.Certificates.Select(c => c.Status));
        Assert.Equal(key, File.ReadAllText(ServerKey));
        Assert.Equal(EtcdChange.Unchanged, (await Ensure()).Status);
    }

    [Fact]
    public async Task A_PKCS8_key_without_certificate_is_kept_and_written_as_kubeadm_writes_keys()
    {
        await Ensure();
        string key = File.ReadAllText(ServerKey);
        using ECDsa ec = ECDsa.Create();
        ec.ImportFromPem(key);
        File.WriteAllText(ServerKey, ec.ExportPkcs8PrivateKeyPem());
        File.Delete(ServerCertificate);
        await Ensure();

        Assert.Equal(key, File.ReadAllText(ServerKey));
    }

    [Fact]
    public async Task A_key_without_certificate_that_cannot_be_used_is_refused()
    {
        await Ensure();
        File.Delete(ServerCertificate);
        File.WriteAllText(ServerKey, "x");
        Assert.Equal(["etcd/server.key: no private key in PEM form"], await Findings());

        using RSA rsa = RSA.Create(2048);
        File.WriteAllText(ServerKey, rsa.ExportRSAPrivateKeyPem());
        Assert.Equal(["etcd/server.key: it has no certificate, and its algorithm is RSA-2048, the topology asks for ECDSA-P256"], await Findings());
        Assert.Equal(EtcdChange.Updated, (await Ensure(CertificateReplacement.Wrong)).Status);
    }

    // Case 4: kubeadm does not compare SANs.
    [Fact]
    public async Task Other_SANs_are_refused_and_both_certificates_named()
    {
        await Ensure();
        EtcdTopology changed = _topology with { ServerCertSan = ["infra0.example.com"], PeerCertSan = ["10.9.9.9"] };

        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(() => _staging.EnsureCertificateSetAsync(changed, Infra0, Make.Now, CertificateReplacement.None, default));
        Assert.Equal("CertificateSetWrong", error.ErrorId);
        Assert.Equal(Infra0, error.Subject);
        Assert.Contains("etcd/server.crt: SAN missing: DNS infra0.example.com", error.Message, StringComparison.Ordinal);
        Assert.Contains("etcd/peer.crt: SAN missing: IP 10.9.9.9", error.Message, StringComparison.Ordinal);
    }

    // Case 5.
    [Fact]
    public async Task Without_the_CAs_key_a_right_set_stays()
    {
        await Ensure();
        File.Delete(_staging.AuthorityKeyPath);
        Assert.Equal(EtcdChange.Unchanged, (await Ensure()).Status);
    }

    // Case 6.
    [Fact]
    public async Task Without_the_CAs_key_nothing_is_made()
    {
        File.Delete(_staging.AuthorityKeyPath);
        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(() => Ensure());

        Assert.Equal("CertificateAuthorityKeyMissing", error.ErrorId);
        Assert.Contains("infra0: etcd/server, etcd/peer, etcd/healthcheck-client, apiserver-etcd-client", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temporary["staging/infra0"]));
    }

    // Case 11.
    [Fact]
    public async Task Without_a_CA_nothing_is_made()
    {
        _staging.Remove();
        Assert.Equal("CertificateAuthorityMissing", (await Assert.ThrowsAsync<EtcdCertificateException>(() => Ensure())).ErrorId);
    }

    // Case 8.
    [Fact]
    public async Task A_set_of_another_CA_is_refused_and_replaced_on_demand()
    {
        await Ensure();
        using IssuedCertificate other = Make.Authority();
        File.WriteAllText(_temporary["other.crt"], other.CertificatePem);
        File.WriteAllText(_temporary["other.key"], Make.KeyText(other));
        _staging.ImportAuthority(_temporary["other.crt"], _temporary["other.key"], Make.Now, force: true);

        IReadOnlyList<string> findings = await Findings();
        Assert.Equal("etcd/ca.crt: it is not the staging folder's CA", findings[0]);
        Assert.Equal("etcd/server.crt: signed by another CA that is also called 'CN=etcd-ca'", findings[1]);
        Assert.Equal(5, findings.Count);
        Assert.Equal(EtcdChange.Updated, (await Ensure(CertificateReplacement.Wrong)).Status);
        Assert.Equal(EtcdChange.Unchanged, (await Ensure()).Status);
    }

    // Case 9.
    [Fact]
    public async Task Fault12_Expired_certificates_are_refused()
    {
        await Ensure();
        IReadOnlyList<string> findings = await Findings(Make.Now.AddYears(2));
        Assert.Equal(4, findings.Count);
        Assert.Equal("etcd/server.crt: expired since 2027-11-23 05:19:51 UTC", findings[0]);
    }

    // Case 10.
    [Fact]
    public async Task Garbage_is_refused()
    {
        await Ensure();
        File.WriteAllText(ServerCertificate, "garbage\n");
        Assert.Equal(["etcd/server.crt: no certificate in PEM form"], await Findings());
    }

    // Case 13: kubeadm does not compare key and certificate.
    [Fact]
    public async Task Fault10_Another_members_key_is_refused()
    {
        await Ensure();
        await _staging.EnsureCertificateSetAsync(_topology, _topology.Members[1], Make.Now, CertificateReplacement.None, default);
        File.Copy(_staging.KeyPath(_topology.Members[1], KubeadmCertificates.ServerName), ServerKey, overwrite: true);

        Assert.Equal(["etcd/server.crt: the key belongs to another certificate"], await Findings());
    }

    [Fact]
    public async Task A_refusal_changes_nothing()
    {
        await Ensure();
        File.Delete(ServerKey);
        File.Delete(_staging.CertificatePath(Infra0, KubeadmCertificates.PeerName));
        Dictionary<string, string> before = Contents();
        await Findings();

        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Only_what_is_wrong_is_replaced()
    {
        await Ensure();
        Dictionary<string, string> before = Contents();
        EtcdTopology changed = _topology with { ServerCertSan = ["infra0.example.com"] };
        EtcdCertificateSet set = await _staging.EnsureCertificateSetAsync(changed, Infra0, Make.Now, CertificateReplacement.Wrong, default);

        Assert.Equal(EtcdChange.Updated, set.Status);
        Assert.Equal([EtcdChange.Updated, EtcdChange.Unchanged, EtcdChange.Unchanged, EtcdChange.Unchanged], set.Certificates.Select(c => c.Status));
        Assert.Equal([ServerCertificate, ServerKey], Contents().Where(f => before[f.Key] != f.Value).Select(f => f.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_are_replaced_when_asked_for()
    {
        await Ensure();
        Dictionary<string, string> before = Contents();
        EtcdCertificateSet set = await Ensure(CertificateReplacement.All);

        Assert.Equal(EtcdChange.Updated, set.Status);
        Assert.Equal(8, Contents().Count(f => before[f.Key] != f.Value));
        Assert.Equal(EtcdChange.Unchanged, (await Ensure()).Status);
    }

    [Fact]
    public async Task Cancelled_nothing_is_written()
    {
        using CancellationTokenSource source = new();
        Task<EtcdCertificateSet> run = _staging.EnsureCertificateSetAsync(Make.Topology(EtcdKeyAlgorithm.Rsa4096), Infra0, Make.Now, CertificateReplacement.None, source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(Directory.Exists(_temporary["staging/infra0"]));
    }

    [Fact]
    public async Task Members_may_be_made_at_once()
    {
        EtcdCertificateSet[] sets = await Task.WhenAll(_topology.Members.Select(m => _staging.EnsureCertificateSetAsync(_topology, m, Make.Now, CertificateReplacement.None, default)));

        Assert.All(sets, s => Assert.Equal(EtcdChange.Created, s.Status));
        Assert.Equal(12, sets.SelectMany(s => s.Certificates).Select(c => c.SerialNumber).Distinct().Count());
    }

    private async Task<IReadOnlyList<string>> Findings(DateTimeOffset? now = null)
    {
        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(() => Ensure(CertificateReplacement.None, now));
        Assert.Equal("CertificateSetWrong", error.ErrorId);
        return [.. error.Message.Split("\n  ").Skip(1)];
    }

    private Task<EtcdCertificateSet> Ensure(CertificateReplacement replacement = CertificateReplacement.None, DateTimeOffset? now = null)
        => _staging.EnsureCertificateSetAsync(_topology, Infra0, now ?? Make.Now, replacement, default);

    private Dictionary<string, string> Contents()
        => Directory.EnumerateFiles(_temporary["staging/infra0"], "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllText);
}
