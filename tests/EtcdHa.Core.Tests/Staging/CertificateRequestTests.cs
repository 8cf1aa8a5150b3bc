using System.Globalization;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Staging;

/// <summary>A CA whose key is elsewhere: requests, and the certificates that openssl signs for them.</summary>
public sealed class CertificateRequestTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly StagingFolder _staging;
    private readonly EtcdTopology _topology = Make.Topology();

    public CertificateRequestTests() => _staging = new StagingFolder(_temporary["staging"]);

    // openssl takes the time from the machine.
    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    private EtcdMember Infra0 => _topology.Members[0];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Requests_are_described_and_a_second_run_keeps_every_byte()
    {
        IReadOnlyList<EtcdCertificateRequest> first = await Ensure();
        Dictionary<string, string> before = Contents();
        IReadOnlyList<EtcdCertificateRequest> second = await Ensure();

        Assert.Equal(KubeadmCertificates.LeafNames, first.Select(r => r.Name));
        Assert.All(first, r => Assert.Equal(EtcdChange.Created, r.Status));
        Assert.All(second, r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.Equal(before, Contents());
        Assert.Equal(8, before.Count);
        Assert.Equal(("CN=infra0", _temporary["staging/infra0/pki/etcd/server.csr"], _temporary["staging/infra0/pki/etcd/server.key"]), (first[0].Subject, first[0].Path, first[0].KeyPath));
        Assert.Equal(["infra0", "localhost", "10.0.0.6", "127.0.0.1", "::1"], first[0].SubjectAlternativeName);
        Assert.Equal(["serverAuth", "clientAuth"], first[0].ExtendedKeyUsage);
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode[] modes = [File.GetUnixFileMode(first[0].KeyPath), File.GetUnixFileMode(first[3].KeyPath)];
            Assert.All(modes, mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
        }
    }

    [Theory]
    [InlineData("v1.36.3", EtcdKeyAlgorithm.Rsa2048, "Subject: CN = kube-etcd-healthcheck-client")]
    [InlineData("v1.36.3", EtcdKeyAlgorithm.EcdsaP384, "Subject: CN = kube-etcd-healthcheck-client")]
    [InlineData("v1.28.15", EtcdKeyAlgorithm.EcdsaP256, "Subject: O = system:masters, CN = kube-etcd-healthcheck-client")]
    public async Task Openssl_verifies_a_request_and_reads_in_it_what_kubeadm_would_certify(string version, EtcdKeyAlgorithm algorithm, string subject)
    {
        await OpenSsl.RequireAsync();
        EtcdTopology topology = _topology with { KubernetesVersion = version, KeyAlgorithm = algorithm };
        IReadOnlyList<EtcdCertificateRequest> requests = await _staging.EnsureCertificateRequestsAsync(topology, Infra0, CertificateReplacement.None, default);
        string server = (await OpenSsl.RunAsync("req", "-in", requests[0].Path, "-noout", "-text", "-verify", "-nameopt", "oneline"))!;
        string client = (await OpenSsl.RunAsync("req", "-in", requests[2].Path, "-noout", "-text", "-verify", "-nameopt", "oneline"))!;

        Assert.Contains("verify OK", server, StringComparison.Ordinal);
        Assert.Contains("DNS:infra0, DNS:localhost, IP Address:10.0.0.6, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", server, StringComparison.Ordinal);
        Assert.Contains("Digital Signature, Key Encipherment", server, StringComparison.Ordinal);
        Assert.Contains("TLS Web Server Authentication, TLS Web Client Authentication", server, StringComparison.Ordinal);
        Assert.Contains("verify OK", client, StringComparison.Ordinal);
        Assert.Contains(subject, client, StringComparison.Ordinal);
        Assert.DoesNotContain("Alternative Name", client, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_right_is_refused_by_file_and_difference_and_made_anew_by_force()
    {
        await Ensure();
        IReadOnlyList<EtcdCertificateRequest> other = await _staging.EnsureCertificateRequestsAsync(_topology, _topology.Members[1], CertificateReplacement.None, default);
        File.Delete(_staging.KeyPath(Infra0, KubeadmCertificates.ServerName));
        File.Copy(other[1].KeyPath, _staging.KeyPath(Infra0, KubeadmCertificates.PeerName), overwrite: true);
        File.WriteAllText(_staging.RequestPath(Infra0, KubeadmCertificates.HealthcheckClientName), "x");
        Dictionary<string, string> before = Contents();

        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(() => Ensure());
        Assert.Equal(("CertificateRequestsWrong", (object)Infra0), (error.ErrorId, error.Subject));
        Assert.Equal(
            [
                "etcd/server.csr: the key is missing", "etcd/peer.csr: the request was made with another key",
                "etcd/healthcheck-client.csr: no certificate request in PEM form",
            ],
            error.Message.Split("\n  ").Skip(1));
        Assert.Equal(before, Contents());

        IReadOnlyList<EtcdCertificateRequest> made = await Ensure(CertificateReplacement.Wrong);
        Assert.Equal([EtcdChange.Updated, EtcdChange.Updated, EtcdChange.Updated, EtcdChange.Unchanged], made.Select(r => r.Status));
        Assert.All(await Ensure(), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
    }

    [Fact]
    public async Task Other_SANs_and_another_algorithm_are_differences()
    {
        await Ensure();
        EtcdTopology changed = _topology with { ServerCertSan = ["infra0.example.com"], KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP384 };
        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(
            () => _staging.EnsureCertificateRequestsAsync(changed, Infra0, CertificateReplacement.None, default));

        Assert.Contains("etcd/server.key: its algorithm is ECDSA-P256, the topology asks for ECDSA-P384", error.Message, StringComparison.Ordinal);
        Assert.Contains("etcd/server.csr: SAN missing: DNS infra0.example.com", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_without_request_is_kept()
    {
        IReadOnlyList<EtcdCertificateRequest> first = await Ensure();
        string key = File.ReadAllText(first[0].KeyPath);
        File.Delete(first[0].Path);

        Assert.Equal([EtcdChange.Created, EtcdChange.Unchanged, EtcdChange.Unchanged, EtcdChange.Unchanged], (await Ensure()).Select(r => r.Status));
        Assert.Equal(key, File.ReadAllText(first[0].KeyPath));
    }

    [Theory]
    [InlineData(EtcdKeyAlgorithm.EcdsaP256)]
    [InlineData(EtcdKeyAlgorithm.Rsa2048)]
    public async Task Fault15_What_openssl_signs_makes_a_complete_set_without_a_CA_key_anywhere(EtcdKeyAlgorithm algorithm)
    {
        await OpenSsl.RequireAsync();
        EtcdTopology topology = _topology with { KeyAlgorithm = algorithm };
        IReadOnlyList<EtcdCertificateRequest> requests = await _staging.EnsureCertificateRequestsAsync(topology, Infra0, CertificateReplacement.None, default);
        await StageForeignAuthority();
        string[] signed = [.. await Task.WhenAll(requests.Select(r => Sign(r)))];
        Assert.Null(_staging.FindCertificateSet(topology, Infra0, [], Now));

        List<EtcdMemberCertificate> imported = [.. signed.SelectMany(f => _staging.ImportCertificates(topology, [Infra0], f, Now, force: false))];
        EtcdCertificateSet set = _staging.FindCertificateSet(topology, Infra0, imported, Now)!;

        Assert.Equal(KubeadmCertificates.LeafNames, set.Certificates.Select(c => c.Name));
        Assert.Equal(EtcdChange.Created, set.Status);
        Assert.All(set.Certificates, c => Assert.True(File.Exists(c.KeyPath)));
        Assert.False(File.Exists(_staging.AuthorityKeyPath));

        // Again: nothing changes, and New-EtcdCertificateSet's own work finds everything right.
        Assert.All(signed.SelectMany(f => _staging.ImportCertificates(topology, [Infra0], f, Now, force: false)), c => Assert.Equal(EtcdChange.Unchanged, c.Status));
        Assert.Equal(EtcdChange.Unchanged, (await _staging.EnsureCertificateSetAsync(topology, Infra0, Now, CertificateReplacement.None, default)).Status);
        Assert.All(await _staging.EnsureCertificateRequestsAsync(topology, Infra0, CertificateReplacement.None, default), r => Assert.Equal(EtcdChange.Unchanged, r.Status));

        // What goes to the first host, and what is expected there, is without the CA's key; requests stay.
        _staging.WriteKubeadmConfig(Infra0, "config");
        Assert.Equal(KubeadmCertificates.FilesOf(false), StagedMember.Read(_staging.Path, Infra0, includeCaKey: true).Pki.Select(f => f.RelativePath));
        Assert.False(StagedMember.Expect(_staging.Path, Infra0, includesCaKey: true).IncludesCaKey);
    }

    [Fact]
    public async Task One_file_may_hold_all_certificates_and_the_CAs_in_any_order()
    {
        await OpenSsl.RequireAsync();
        IReadOnlyList<EtcdCertificateRequest> requests = await Ensure();
        await StageForeignAuthority();
        string[] signed = [.. await Task.WhenAll(requests.Select(r => Sign(r)))];
        string bundle = _temporary["bundle.pem"];
        File.WriteAllText(bundle, "noise\n" + string.Concat(signed.Reverse().Append(_staging.AuthorityCertificatePath).Select(File.ReadAllText)));

        Assert.Empty(_staging.ImportCertificates(_topology, [_topology.Members[1]], bundle, Now, force: false));
        Assert.Equal(KubeadmCertificates.LeafNames, _staging.ImportCertificates(_topology, [Infra0], bundle, Now, force: false).Select(c => c.Name).Reverse());
        Assert.Single(Pem.Certificates(File.ReadAllText(_staging.CertificatePath(Infra0, KubeadmCertificates.ServerName))));
    }

    [Fact]
    public async Task What_is_not_the_requested_certificate_is_refused_with_every_difference_and_nothing_staged()
    {
        await OpenSsl.RequireAsync();
        IReadOnlyList<EtcdCertificateRequest> requests = await Ensure();
        await StageForeignAuthority();
        Dictionary<string, string> before = Contents();
        string bare = await Sign(requests[0], copyExtensions: false);
        string right = await Sign(requests[1]);
        File.WriteAllText(_temporary["der.crt"], "binary");

        Assert.Equal("CertificateFileEmpty", Refused(_temporary["der.crt"]).ErrorId);
        Assert.Equal("CertificateFileUnreadable", Refused(_temporary["absent.crt"]).ErrorId);
        Assert.Equal("CertificateNotRequested", Refused(_staging.AuthorityCertificatePath).ErrorId);
        EtcdCertificateException error = Refused(bare);
        Assert.Equal(("CertificateRefused", (object)bare), (error.ErrorId, error.Subject));
        Assert.Contains("the certificate etcd/server of infra0: SAN missing: DNS infra0, DNS localhost, IP 10.0.0.6, IP 127.0.0.1, IP ::1; extended key usage is absent", error.Message, StringComparison.Ordinal);
        Assert.Contains(requests[0].Path, error.RecommendedAction, StringComparison.Ordinal);

        Assert.Contains("expired since", Refused(right, Now.AddDays(60)).Message, StringComparison.Ordinal);
        await StageForeignAuthority();
        Assert.Contains("signed by another CA", Refused(right).Message, StringComparison.Ordinal);
        await Ensure(CertificateReplacement.All);
        Assert.Equal("CertificateNotRequested", Refused(right).ErrorId);
        Assert.Equal(before.Keys, Contents().Keys);
    }

    [Fact]
    public async Task A_right_certificate_is_replaced_by_force_and_a_wrong_one_without()
    {
        await OpenSsl.RequireAsync();
        IReadOnlyList<EtcdCertificateRequest> requests = await Ensure();
        await StageForeignAuthority();
        string first = await Sign(requests[0]);
        _staging.ImportCertificates(_topology, [Infra0], first, Now, force: false);
        string second = await Sign(requests[0]);

        Assert.Equal("CertificateExists", Refused(second).ErrorId);
        Assert.Equal(EtcdChange.Updated, Assert.Single(_staging.ImportCertificates(_topology, [Infra0], second, Now, force: true)).Status);
        File.WriteAllText(_staging.CertificatePath(Infra0, KubeadmCertificates.ServerName), "garbage");
        Assert.Equal(EtcdChange.Updated, Assert.Single(_staging.ImportCertificates(_topology, [Infra0], first, Now, force: false)).Status);
    }

    [Fact]
    public async Task A_new_key_takes_the_old_ones_certificate_along()
    {
        await OpenSsl.RequireAsync();
        IReadOnlyList<EtcdCertificateRequest> requests = await Ensure();
        await StageForeignAuthority();
        _staging.ImportCertificates(_topology, [Infra0], await Sign(requests[0]), Now, force: false);
        File.Delete(requests[0].KeyPath);

        Assert.Contains("etcd/server.crt: the key is missing", (await Assert.ThrowsAsync<EtcdCertificateException>(() => Ensure())).Message, StringComparison.Ordinal);
        await Ensure(CertificateReplacement.Wrong);
        Assert.Equal(KubeadmCertificates.LeafNames, _staging.MissingCertificates(Infra0));
    }

    [Fact]
    public async Task Without_the_CAs_certificate_nothing_is_imported()
    {
        await Ensure();
        Assert.Equal("CertificateAuthorityMissing", Refused(_temporary["any.crt"]).ErrorId);
    }

    [Fact]
    public async Task Fault15_A_CA_key_that_is_missing_without_any_request_is_missed()
    {
        await _staging.EnsureAuthorityAsync(_topology, Now, default);
        await _staging.EnsureCertificateSetAsync(_topology, Infra0, Now, CertificateReplacement.None, default);
        _staging.WriteKubeadmConfig(Infra0, "config");
        File.Delete(_staging.AuthorityKeyPath);

        EtcdStagingException error = Assert.Throws<EtcdStagingException>(() => StagedMember.Read(_staging.Path, Infra0, includeCaKey: true));
        Assert.Equal("StagingCaKeyMissing", error.ErrorId);
        Assert.Contains("-ExcludeCaKey", error.RecommendedAction, StringComparison.Ordinal);
        Assert.True(StagedMember.Expect(_staging.Path, Infra0, includesCaKey: true).IncludesCaKey);
    }

    [Fact]
    public async Task Keys_and_requests_go_with_the_folder()
    {
        await Ensure();
        Assert.Equal(4, _staging.RemoveKeys(keepCaKey: true).Count);
        Assert.Empty(_staging.Remove().Remaining);
        Assert.False(Directory.Exists(_staging.Path));
    }

    private EtcdCertificateException Refused(string file, DateTimeOffset? now = null)
        => Assert.Throws<EtcdCertificateException>(() => _staging.ImportCertificates(_topology, [Infra0], file, now ?? Now, force: false));

    private Task<IReadOnlyList<EtcdCertificateRequest>> Ensure(CertificateReplacement replacement = CertificateReplacement.None)
        => _staging.EnsureCertificateRequestsAsync(_topology, Infra0, replacement, default);

    // A CA of somebody else's making; its key lies outside the staging folder.
    private async Task StageForeignAuthority()
    {
        await OpenSsl.RunAsync(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", _temporary["ca.key"], "-out", _temporary["ca.crt"], "-days", "365", "-subj", "/O=Example/CN=Example etcd CA",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign");
        Assert.False(_staging.ImportAuthority(_temporary["ca.crt"], null, DateTimeOffset.UtcNow, force: true).HasKey);
    }

    private async Task<string> Sign(EtcdCertificateRequest request, bool copyExtensions = true)
    {
        string file = _temporary[string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():N}.crt")];
        string[] copy = copyExtensions ? ["-copy_extensions", "copy"] : [];
        await OpenSsl.RunAsync(["x509", "-req", "-in", request.Path, "-CA", _temporary["ca.crt"], "-CAkey", _temporary["ca.key"], "-days", "30", "-out", file, .. copy]);
        return file;
    }

    private Dictionary<string, string> Contents()
        => Directory.EnumerateFiles(_temporary["staging/infra0"], "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllText);
}
