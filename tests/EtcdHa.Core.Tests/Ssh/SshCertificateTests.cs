using System.Text;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Ssh.Login;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Certificates and key files as ssh-keygen writes them, and damaged in every way.</summary>
public sealed class SshCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcdha-cert-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("ed25519", "ssh-ed25519-cert-v01@openssh.com")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256-cert-v01@openssh.com")]
    [InlineData("rsa", "ssh-rsa-cert-v01@openssh.com")]
    public void The_fields_are_those_ssh_keygen_was_given(string type, string algorithm)
    {
        SshCertificate certificate = Make(type, "-I", "the id", "-z", "42", "-n", "root,ubuntu", "-V", "20240102030405Z:20250102030405Z", "-O", "force-command=/bin/true", "-O", "source-address=10.0.0.0/8");

        Assert.Equal((algorithm, 42UL, SshCertificateKind.User, "the id"), (certificate.Type, certificate.Serial, certificate.Kind, certificate.KeyId));
        Assert.Equal(["root", "ubuntu"], certificate.Principals);
        Assert.Equal(["force-command", "source-address"], certificate.CriticalOptions);
        Assert.Equal(TestKeys.Fingerprint(Path.Combine(_folder.FullName, "key.pub")), certificate.Key.Fingerprint);
        Assert.Equal(TestKeys.Fingerprint(Path.Combine(_folder.FullName, "ca.pub")), certificate.Authority.Fingerprint);
    }

    [Theory]
    [InlineData("2024-01-02T03:04:04Z", -1)]
    [InlineData("2024-01-02T03:04:05Z", 0)]
    [InlineData("2025-01-02T03:04:04Z", 0)]
    [InlineData("2025-01-02T03:04:05Z", 1)]
    [InlineData("1960-01-01T00:00:00Z", -1)]
    public void It_is_valid_from_its_first_second_to_the_one_before_its_end(string time, int side)
    {
        // In seconds, since ssh-keygen 9.2 takes times as local ones.
        SshCertificate certificate = Make("ed25519", "-I", "x", "-n", "root") with { ValidAfter = Seconds("2024-01-02T03:04:05Z"), ValidBefore = Seconds("2025-01-02T03:04:05Z") };

        Assert.Equal(side, Math.Sign(certificate.CompareTo(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal("2025-01-02 03:04:05Z", SshCertificate.Time(certificate.ValidBefore));
    }

    [Fact]
    public void Without_dates_it_is_valid_for_ever()
    {
        SshCertificate certificate = Make("ed25519", "-I", "x", "-n", "root", "-V", "always:forever");

        Assert.Equal(0, certificate.CompareTo(DateTimeOffset.MaxValue));
        Assert.Equal(0, certificate.CompareTo(DateTimeOffset.UnixEpoch));
        Assert.Equal("forever", SshCertificate.Time(certificate.ValidBefore));
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    public void Damaged_anywhere_it_is_read_or_refused_and_cut_it_is_refused(string type)
    {
        byte[] blob = Make(type, "-I", "id", "-n", "a,b", "-O", "force-command=x").Blob.ToArray();
        Random random = new(20261126);

        Assert.All(Enumerable.Range(0, blob.Length), length => Assert.Null(SshCertificate.FromBlob(blob.AsSpan(0, length))));
        Assert.Null(SshCertificate.FromBlob([.. blob, 0]));
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. blob];
            for (int changes = 1 + random.Next(4); changes > 0; changes--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            _ = SshCertificate.FromBlob(damaged)?.CompareTo(DateTimeOffset.UtcNow);
        }
    }

    [Fact]
    public void Any_text_is_a_key_file_of_some_kind_or_none()
    {
        TestSshd.Run(TestKeys.Keygen, "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(_folder.FullName, "key"));
        string key = File.ReadAllText(Path.Combine(_folder.FullName, "key"));
        string publicKey = File.ReadAllText(Path.Combine(_folder.FullName, "key.pub"));
        string path = Path.Combine(_folder.FullName, "any");
        string[] pieces =
        [
            key[..60], key[60..200], key[200..], publicKey, publicKey[..30], "-----BEGIN OPENSSH PRIVATE KEY-----\n", "-----END OPENSSH PRIVATE KEY-----\n", "-----BEGIN RSA PRIVATE KEY-----\n",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "-----END RSA PRIVATE KEY-----\n", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", "PuTTY-User-Key-File-2: ssh-rsa\n", "b3BlbnNzaC1rZXktdjEA", "AAAA", "====", "\n", " ", "\0", "é", "ssh-ed25519 ",
        ];
        Gen<string> texts = Gen.Elements(pieces).ListOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            byte[] content = Encoding.UTF8.GetBytes(text);
            _ = SshKeyFileText.Refusal(content);
            _ = SshKeyFileText.PublicKey(content);
            _ = SshKeyFileText.OpenSshPublicKey(content);
            File.WriteAllBytes(path, content);
            SshIdentityFile file = SshKeyFiles.Read(path);
            return file.CanSign || file.IsEncrypted || file.Problem is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261126UL, 3UL));
    }

    private static ulong Seconds(string time) => (ulong)DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private SshCertificate Make(string type, params string[] options)
    {
        Assert.SkipUnless(File.Exists(TestKeys.Keygen), "ssh-keygen is not installed");
        string key = Path.Combine(_folder.FullName, "key");
        string authority = Path.Combine(_folder.FullName, "ca");
        TestSshd.Run(TestKeys.Keygen, "-q", "-t", "ed25519", "-N", "", "-f", authority);
        TestSshd.Run(TestKeys.Keygen, "-q", "-t", type, "-N", "", "-f", key);
        string output = TestSshd.Run(TestKeys.Keygen, ["-q", "-s", authority, .. options, key + ".pub"]);
        Assert.True(File.Exists(key + "-cert.pub"), output);
        return SshKeyFiles.ReadCertificate(key + "-cert.pub");
    }
}
