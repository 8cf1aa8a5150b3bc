using System.Globalization;
using System.Text.RegularExpressions;
using EtcdHa.Core.Ssh;
using FsCheck;
using FsCheck.Fluent;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Host certificates made by ssh-keygen: how they are read, and which of them count.</summary>
public sealed class HostCertificateTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("host_ed25519", "ed25519")]
    [InlineData("host_ecdsa", "rsa")]
    [InlineData("host_rsa", "ecdsa")]
    public void A_certificate_is_read_as_ssh_keygen_shows_it(string key, string caType)
    {
        TestSshd sshd = fixture.Sshd;
        string ca = sshd.CreateKey("ca-for-" + key, caType);
        string path = sshd.Certify(key, Path.GetFileName(ca), "-h", "-n", "etcd-0,*.example.com", "-z", "77", "-V", "20260101000000Z:20270101000000Z", "-O", "critical:odd=1", "-O", "extension:more");

        SshHostCertificate certificate = Read(path);

        string shown = TestSshd.Run("/usr/bin/ssh-keygen", "-L", "-f", path);
        string Field(string name) => Regex.Match(shown, name + ": (.*)").Groups[1].Value;
        Assert.Contains(certificate.Type + " host certificate", shown, StringComparison.Ordinal);
        Assert.Contains(certificate.Key.Fingerprint, Field("Public key"), StringComparison.Ordinal);
        Assert.Contains($"{certificate.Authority.Fingerprint} (using {certificate.SignatureAlgorithm})", Field("Signing CA"), StringComparison.Ordinal);
        Assert.Equal($"\"{certificate.KeyId}\"", Field("Key ID"));
        Assert.Equal(certificate.Serial.ToString(CultureInfo.InvariantCulture), Field("Serial"));
        Assert.Equal(["etcd-0", "*.example.com"], certificate.Principals);
        Assert.Equal(["odd"], certificate.CriticalOptions);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), HostCertificateCheck.DateOf(certificate.ValidAfter));
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), HostCertificateCheck.DateOf(certificate.ValidBefore));
        Assert.Equal(sshd.PublicKey(key), certificate.Key.ToString());
    }

    [Fact]
    public void No_bytes_make_the_reader_throw_and_a_part_is_no_certificate()
    {
        byte[] blob = Blob(fixture.Sshd.Certify("host_ed25519", "ca", "-h", "-n", "etcd-0"));

        Assert.All(Enumerable.Range(0, blob.Length), length => Assert.Null(SshHostCertificate.Parse(blob.AsSpan(0, length))));
        Assert.Null(SshHostCertificate.Parse([.. blob, 0]));
        Assert.Null(SshHostCertificate.Parse(new byte[(1 << 18) + 1]));
        Gen<(int At, byte Value)[]> changes = Gen.Choose(0, blob.Length - 1).SelectMany(at => Gen.Elements<byte>(0, 1, 2, 0x7f, 0x80, 0xff).Select(value => (at, value))).ArrayOf();
        Prop.ForAll(changes.ToArbitrary(), edits =>
        {
            byte[] changed = [.. blob];
            Array.ForEach(edits, edit => changed[edit.At] = edit.Value);
            SshHostCertificate? read = SshHostCertificate.Parse(changed);
            return read is null || read.Principals.Count <= 256;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(20260817UL, 4713UL));
    }

    // %ca is the CA's key, %key the host's.
    [Theory]
    [InlineData("@cert-authority etcd-0 %ca", "-h -n etcd-0", null)]
    [InlineData("@cert-authority [etcd-0]:2222 %ca", "-h -n etcd-0", null)]
    [InlineData("@cert-authority *.example.com,etcd-? %ca", "-h -n other,etcd-*", null)]
    [InlineData("@cert-authority * %ca", "-h -n etcd-0 -V always:20260601120001Z", null)]
    [InlineData("@cert-authority * %ca", "-h -n etcd-0 -V 20260601120000Z:forever", null)]
    [InlineData("@cert-authority * %ca", "-h -n etcd-0 -V always:20260601120000Z", "it expired at 2026-06-01 12:00:00Z")]
    [InlineData("@cert-authority * %ca", "-h -n etcd-0 -V 20260601120001Z:forever", "it is not valid before 2026-06-01 12:00:01Z")]
    [InlineData("@cert-authority * %ca", "-h -n etcd-1,b", "it is for etcd-1, b, not for etcd-0")]
    [InlineData("@cert-authority * %ca", "-h -n ETCD-0", "it is for ETCD-0, not for etcd-0")]
    [InlineData("@cert-authority * %ca", "-h", "it names no host")]
    [InlineData("@cert-authority * %ca", "-n etcd-0", "it is a user's certificate, not a host's")]
    [InlineData("@cert-authority * %ca", "-h -n etcd-0 -O critical:odd=1", "it has the critical option 'odd', which no host's certificate may have")]
    [InlineData("@cert-authority other %ca", "-h -n etcd-0", "known_hosts does not trust its CA ssh-ed25519 %fp for [etcd-0]:2222")]
    [InlineData("etcd-0 %ca", "-h -n etcd-0", "known_hosts does not trust its CA ssh-ed25519 %fp for [etcd-0]:2222")]
    [InlineData("@cert-authority * %key", "-h -n etcd-0", "known_hosts does not trust its CA ssh-ed25519 %fp for [etcd-0]:2222")]
    [InlineData("@cert-authority * %ca\n@revoked * %ca", "-h -n etcd-0", "known_hosts does not trust its CA ssh-ed25519 %fp for [etcd-0]:2222")]
    [InlineData("@cert-authority * %ca\n@revoked * %key", "-h -n etcd-0", "known_hosts does not trust its CA ssh-ed25519 %fp for [etcd-0]:2222")]
    public void A_certificate_counts_or_says_why_not(string known, string arguments, string? problem)
    {
        TestSshd sshd = fixture.Sshd;
        SshHostCertificate certificate = Read(sshd.Certify("host_ed25519", "ca", arguments.Split(' ')));
        string text = known.Replace("%ca", sshd.PublicKey("ca"), StringComparison.Ordinal).Replace("%key", sshd.PublicKey("host_ed25519"), StringComparison.Ordinal);
        ResolvedSshTarget target = sshd.Target() with { HostName = "Etcd-0", Port = 2222 };
        HostCertificateCheck check = new(target, new KnownHosts([KnownHostsFile.Parse("known_hosts", text)]), new Clock());

        check.Counts(certificate);

        Assert.Equal(problem?.Replace("%fp", certificate.Authority.Fingerprint, StringComparison.Ordinal), check.Problem);
        Assert.Equal(text.Contains("@revoked", StringComparison.Ordinal) ? HostKeyStatus.Revoked : check.Authority.Status, check.Authority.Status);
    }

    [Fact]
    public void A_CA_that_signs_with_SHA1_does_not_count()
    {
        TestSshd sshd = fixture.Sshd;
        sshd.CreateKey("rsa-ca", "rsa");
        SshHostCertificate certificate = Read(sshd.Certify("host_ed25519", "rsa-ca", "-h", "-n", "127.0.0.1", "-t", "ssh-rsa"));
        HostCertificateCheck check = new(sshd.Target(), new KnownHosts([KnownHostsFile.Parse("known_hosts", "@cert-authority * " + sshd.PublicKey("rsa-ca"))]), new Clock());

        check.Counts(certificate);

        Assert.Equal("its CA signed it with ssh-rsa, which is not accepted", check.Problem);
    }

    [Fact]
    public void SSH_NET_verifies_the_signatures_of_the_host_and_of_the_CA()
    {
        TestSshd sshd = fixture.Sshd;
        byte[] blob = Blob(sshd.Certify("host_ed25519", "ca", "-h", "-n", "127.0.0.1"));
        ConnectionInfo connection = new("127.0.0.1", "me", new NoneAuthenticationMethod("me"));
        SshAlgorithms.Configure(connection, new HashSet<string>(), allowWeak: false);
        HostCertificateOffer.Add(connection, sshd.Target(), _ => true);
        Func<byte[], KeyHostAlgorithm> algorithm = connection.HostKeyAlgorithms["ssh-ed25519-cert-v01@openssh.com"];
        using PrivateKeyFile host = new(sshd.PathOf("host_ed25519"));
        byte[] exchange = [1, 2, 3];
        byte[] signature = host.HostKeyAlgorithms.First().Sign(exchange);

        Assert.Equal("ssh-ed25519-cert-v01@openssh.com", connection.HostKeyAlgorithms.Keys.First());
        Assert.True(algorithm(blob).VerifySignature(exchange, signature));
        Assert.False(algorithm(blob).VerifySignature([1, 2, 4], signature));
        byte[] renamed = [.. blob];
        renamed[blob.AsSpan().IndexOf("127.0.0.1"u8)]++;
        Assert.False(algorithm(renamed).VerifySignature(exchange, signature));
        byte[] resigned = [.. blob];
        resigned[^1] ^= 1;
        Assert.False(algorithm(resigned).VerifySignature(exchange, signature));
        Assert.Equal("SshHostKeyUnreadable", Assert.Throws<EtcdSshHostKeyException>(() => algorithm(blob[..^1])).ErrorId);
        Assert.Equal("SshHostKeyUnreadable", Assert.Throws<EtcdSshHostKeyException>(() => connection.HostKeyAlgorithms["ecdsa-sha2-nistp256-cert-v01@openssh.com"](blob)).ErrorId);
    }

    private static byte[] Blob(string path) => Convert.FromBase64String(File.ReadAllText(path).Split(' ')[1]);

    private static SshHostCertificate Read(string path) => SshHostCertificate.Parse(Blob(path))!;

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
