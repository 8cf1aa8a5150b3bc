using System.Security.Cryptography;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Staging;

/// <summary>The CA in the staging folder; the cases of golden/reuse-kubeadm-1.36.3.txt that are about it have their number.</summary>
public sealed class AuthorityTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly StagingFolder _staging;
    private readonly EtcdTopology _topology = Make.Topology();

    public AuthorityTests() => _staging = new StagingFolder(_temporary["staging"]);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task A_new_CA_is_described()
    {
        EtcdCertificateAuthority authority = await Ensure();

        Assert.Equal(EtcdChange.Created, authority.Status);
        Assert.True(authority.HasKey);
        Assert.Equal(_staging.AuthorityKeyPath, authority.KeyPath);
        Assert.Equal(("etcd/ca", "CN=etcd-ca", EtcdKeyAlgorithm.EcdsaP256), (authority.Name, authority.Subject, authority.KeyAlgorithm));
        Assert.Equal(["etcd-ca"], authority.SubjectAlternativeName);
        Assert.Equal(_staging.Path, authority.StagingPath);
        Assert.Same(_topology, authority.Topology);
        Assert.Equal(TimeSpan.Zero, authority.NotAfter.Offset);
    }

    // Case 1.
    [Fact]
    public async Task A_second_run_keeps_every_byte()
    {
        EtcdCertificateAuthority first = await Ensure();
        byte[] certificate = File.ReadAllBytes(_staging.AuthorityCertificatePath);
        byte[] key = File.ReadAllBytes(_staging.AuthorityKeyPath);
        EtcdCertificateAuthority second = await Ensure();

        Assert.Equal(first with { Status = EtcdChange.Unchanged, SubjectAlternativeName = second.SubjectAlternativeName }, second);
        Assert.Equal(certificate, File.ReadAllBytes(_staging.AuthorityCertificatePath));
        Assert.Equal(key, File.ReadAllBytes(_staging.AuthorityKeyPath));
        Assert.Equal(second.Sha256, _staging.ReadAuthority(Make.Now).Sha256);
    }

    // Case 5.
    [Fact]
    public async Task Fault15_A_CA_without_its_key_is_an_external_CA()
    {
        await Ensure();
        File.Delete(_staging.AuthorityKeyPath);
        EtcdCertificateAuthority authority = await Ensure();

        Assert.False(authority.HasKey);
        Assert.Equal(EtcdChange.Unchanged, authority.Status);
        Assert.False(File.Exists(_staging.AuthorityKeyPath));
    }

    // Case 7.
    [Fact]
    public async Task A_key_without_its_CA_is_never_replaced()
    {
        await Ensure();
        byte[] key = File.ReadAllBytes(_staging.AuthorityKeyPath);
        File.Delete(_staging.AuthorityCertificatePath);

        await AssertWrong("CertificateAuthorityKeyAlone", Ensure);
        Assert.Equal(key, File.ReadAllBytes(_staging.AuthorityKeyPath));
    }

    // Case 11.
    [Fact]
    public void Reading_a_CA_that_is_not_there_says_so()
        => Assert.Equal("CertificateAuthorityMissing", Assert.Throws<EtcdCertificateException>(() => _staging.ReadAuthority(Make.Now)).ErrorId);

    // Case 12: kubeadm reuses it without a word.
    [Fact]
    public async Task A_leaf_in_the_place_of_the_CA_is_refused()
    {
        await Ensure();
        await _staging.EnsureCertificateSetAsync(_topology, _topology.Members[0], Make.Now, CertificateReplacement.None, default);
        File.Copy(_staging.CertificatePath(_topology.Members[0], KubeadmCertificates.ServerName), _staging.AuthorityCertificatePath, overwrite: true);
        File.Copy(_staging.KeyPath(_topology.Members[0], KubeadmCertificates.ServerName), _staging.AuthorityKeyPath, overwrite: true);

        EtcdCertificateException error = await AssertWrong("CertificateNotCA", Ensure);
        Assert.Equal($"{_staging.AuthorityCertificatePath} cannot be the etcd certificate authority: it is not a certificate authority.", error.Message);
    }

    // A new CA is a decision: what is there stays until it is taken away, and then everything is made anew.
    [Fact]
    public async Task Fault13_An_expired_CA_is_refused_for_every_member_and_a_new_one_makes_them_all_anew()
    {
        await Ensure();
        await _staging.EnsureCertificateSetAsync(_topology, _topology.Members[0], Make.Now, CertificateReplacement.None, default);
        DateTimeOffset later = Make.Now.AddYears(11);

        EtcdCertificateException error = await AssertWrong("CertificateExpired", () => Ensure(later));
        Assert.Contains("expired since 2036-11-", error.Message, StringComparison.Ordinal);
        Assert.Contains("every member's certificates", error.RecommendedAction, StringComparison.Ordinal);
        foreach (EtcdMember member in _topology.Members)
        {
            await AssertWrong("CertificateExpired", () => _staging.EnsureCertificateSetAsync(_topology, member, later, CertificateReplacement.Wrong, default));
        }

        File.Delete(_staging.AuthorityCertificatePath);
        File.Delete(_staging.AuthorityKeyPath);
        Assert.Equal(EtcdChange.Created, (await Ensure(later)).Status);
        EtcdCertificateSet anew = await _staging.EnsureCertificateSetAsync(_topology, _topology.Members[0], later, CertificateReplacement.Wrong, default);
        Assert.All(anew.Certificates, c => Assert.Equal(EtcdChange.Updated, c.Status));
    }

    [Fact]
    public async Task Every_other_wrong_CA_is_refused_by_its_own_error()
    {
        await Ensure();
        await AssertWrong("CertificateNotYetValid", () => Ensure(Make.Now.AddDays(-1)));

        using IssuedCertificate other = Make.Authority();
        File.WriteAllBytes(_staging.AuthorityKeyPath, other.KeyPem.ToArray());
        await AssertWrong("CertificateKeyMismatch", Ensure);
        File.WriteAllText(_staging.AuthorityKeyPath, Foreign.Ed25519Key);
        await AssertWrong("CertificateKeyUnreadable", Ensure);
        File.WriteAllText(_staging.AuthorityCertificatePath, "garbage");
        await AssertWrong("CertificateUnreadable", Ensure);
        File.Delete(_staging.AuthorityKeyPath);
        File.WriteAllText(_staging.AuthorityCertificatePath, Foreign.Ed25519Authority);
        await AssertWrong("KeyAlgorithmUnsupported", () => Ensure(Make.Now.AddDays(1)));
    }

    [Fact]
    public async Task Cancelled_before_the_key_nothing_is_written()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _staging.EnsureAuthorityAsync(_topology, Make.Now, new CancellationToken(canceled: true)));
        Assert.False(Directory.Exists(_staging.Path));
    }

    [Fact]
    public async Task Two_runs_at_once_make_one_CA()
    {
        Task<EtcdCertificateAuthority>[] runs = [.. Enumerable.Range(0, 8).Select(_ => Ensure())];
        await ((Task)Task.WhenAll(runs)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.Equal(1, runs.Count(r => r.IsCompletedSuccessfully && r.Result.Status == EtcdChange.Created));
        Assert.All(runs.Where(r => r.IsFaulted), r => Assert.IsAssignableFrom<EtcdHaException>(r.Exception!.InnerException));
        Assert.True(_staging.ReadAuthority(Make.Now).HasKey);
        Assert.Equal(2, Directory.GetFiles(_staging.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Length);
    }

    [Fact]
    public void An_imported_CA_is_written_in_kubeadms_form()
    {
        using IssuedCertificate source = Make.Authority();
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(Make.KeyText(source));
        string bundle = "a comment\r\n" + source.CertificatePem.ReplaceLineEndings("\r\n") + key.ExportPkcs8PrivateKeyPem();

        EtcdCertificateAuthority imported = Import(bundle, key.ExportPkcs8PrivateKeyPem());

        Assert.Equal(EtcdChange.Created, imported.Status);
        Assert.Equal(source.CertificatePem, File.ReadAllText(_staging.AuthorityCertificatePath));
        Assert.Equal(Make.KeyText(source), File.ReadAllText(_staging.AuthorityKeyPath));
        Assert.Equal(EtcdChange.Unchanged, Import(bundle, key.ExportPkcs8PrivateKeyPem()).Status);
    }

    [Fact]
    public void A_byte_order_mark_before_an_imported_CA_does_no_harm()
    {
        using IssuedCertificate source = Make.Authority();
        Assert.True(Import("\uFEFF" + source.CertificatePem, "\uFEFF" + Make.KeyText(source)).HasKey);
        Assert.Equal(source.CertificatePem, File.ReadAllText(_staging.AuthorityCertificatePath));
    }

    [Fact]
    public void All_certificates_of_a_bundle_are_kept()
    {
        using IssuedCertificate next = Make.Authority();
        using IssuedCertificate old = Make.Authority();
        Import(next.CertificatePem + old.CertificatePem, Make.KeyText(next));

        Assert.Equal(next.CertificatePem + old.CertificatePem, File.ReadAllText(_staging.AuthorityCertificatePath));
        Assert.True(_staging.ReadAuthority(Make.Now).HasKey);
    }

    [Fact]
    public void A_CA_may_be_imported_without_its_key_and_the_key_later()
    {
        using IssuedCertificate source = Make.Authority();

        Assert.False(Import(source.CertificatePem, null).HasKey);
        EtcdCertificateAuthority withKey = Import(source.CertificatePem, Make.KeyText(source));
        Assert.Equal((true, EtcdChange.Updated), (withKey.HasKey, withKey.Status));
        EtcdCertificateAuthority again = Import(source.CertificatePem, null);
        Assert.Equal((true, EtcdChange.Unchanged), (again.HasKey, again.Status));
    }

    [Fact]
    public void A_different_CA_is_replaced_only_by_force()
    {
        using IssuedCertificate first = Make.Authority();
        using IssuedCertificate second = Make.Authority();
        Import(first.CertificatePem, Make.KeyText(first));

        Assert.Equal("CertificateAuthorityExists", Assert.Throws<EtcdCertificateException>(() => Import(second.CertificatePem, Make.KeyText(second))).ErrorId);
        Assert.Equal(first.CertificatePem, File.ReadAllText(_staging.AuthorityCertificatePath));
        Assert.Equal(EtcdChange.Updated, Import(second.CertificatePem, Make.KeyText(second), force: true).Status);
        Assert.Equal(Make.KeyText(second), File.ReadAllText(_staging.AuthorityKeyPath));
        Assert.False(Import(first.CertificatePem, null, force: true).HasKey);
        Assert.False(File.Exists(_staging.AuthorityKeyPath));
        Assert.False(_staging.ReadAuthority(Make.Now).HasKey);
    }

    [Fact]
    public void A_key_that_lost_its_CA_takes_its_certificate_back_but_no_other()
    {
        using IssuedCertificate source = Make.Authority();
        using IssuedCertificate stranger = Make.Authority();
        Import(source.CertificatePem, Make.KeyText(source));
        File.Delete(_staging.AuthorityCertificatePath);

        Assert.Equal("CertificateAuthorityExists", Assert.Throws<EtcdCertificateException>(() => Import(stranger.CertificatePem, Make.KeyText(stranger))).ErrorId);
        EtcdCertificateAuthority whole = Import(source.CertificatePem, null);
        Assert.Equal((true, EtcdChange.Updated), (whole.HasKey, whole.Status));
    }

    [Fact]
    public void A_CA_that_is_wrong_is_not_imported()
    {
        using IssuedCertificate source = Make.Authority();
        using IssuedCertificate other = Make.Authority();
        using IssuedCertificate leaf = Make.Leaf(source, Make.Profile(KubeadmCertificates.PeerName));

        Assert.Equal("CertificateKeyMismatch", ImportError(source.CertificatePem, Make.KeyText(other), Make.Now));
        Assert.Equal("CertificateNotCA", ImportError(leaf.CertificatePem, Make.KeyText(leaf), Make.Now));
        Assert.Equal("CertificateExpired", ImportError(source.CertificatePem, null, Make.Now.AddYears(11)));
        Assert.Equal("CertificateNotYetValid", ImportError(source.CertificatePem, null, Make.Now.AddYears(-1)));
        Assert.Equal("CertificateUnreadable", ImportError("", null, Make.Now));
        Assert.Equal("KeyAlgorithmUnsupported", ImportError(Foreign.Ed25519Authority, null, Make.Now.AddDays(1)));
        Assert.Equal("CertificateFileUnreadable", Assert.Throws<EtcdCertificateException>(() => _staging.ImportAuthority(_temporary["none.crt"], null, Make.Now, false)).ErrorId);
        Assert.False(Directory.Exists(_staging.Path));
    }

    private static async Task<EtcdCertificateException> AssertWrong(string errorId, Func<Task> action)
    {
        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(action);
        Assert.Equal(errorId, error.ErrorId);
        Assert.NotNull(error.Subject);
        return error;
    }

    private Task<EtcdCertificateAuthority> Ensure() => Ensure(Make.Now);

    private Task<EtcdCertificateAuthority> Ensure(DateTimeOffset now) => _staging.EnsureAuthorityAsync(_topology, now, default);

    private string ImportError(string certificate, string? key, DateTimeOffset now)
        => Assert.Throws<EtcdCertificateException>(() => Import(certificate, key, now: now)).ErrorId;

    private EtcdCertificateAuthority Import(string certificate, string? key, bool force = false, DateTimeOffset? now = null)
    {
        File.WriteAllText(_temporary["my-ca.crt"], certificate);
        File.WriteAllText(_temporary["my-ca.key"], key);
        return _staging.ImportAuthority(_temporary["my-ca.crt"], key is null ? null : _temporary["my-ca.key"], now ?? Make.Now, force);
    }
}
