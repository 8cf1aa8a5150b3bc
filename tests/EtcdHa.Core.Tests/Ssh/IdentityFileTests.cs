using EtcdHa.Core.Ssh;
using EtcdHa.Core.Ssh.Login;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Logging in to a real sshd with identity files of every type and format, and what is said of files that cannot be used.</summary>
public sealed class IdentityFileTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    private const string Passphrase = "correct horse";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string[], bool> KeygenFormats()
    {
        TheoryData<string, string[], bool> formats = [];
        foreach ((string type, string[] size) in ((string, string[])[])[("ed25519", []), ("ecdsa", ["-b", "256"]), ("ecdsa", ["-b", "384"]), ("ecdsa", ["-b", "521"]), ("rsa", ["-b", "2048"])])
        {
            foreach (bool isEncrypted in (bool[])[false, true])
            {
                formats.Add(type, size, isEncrypted);
                if (type != "ed25519")
                {
                    formats.Add(type, [.. size, "-m", "PEM"], isEncrypted);
                    formats.Add(type, [.. size, "-m", "PKCS8"], isEncrypted);
                }
            }
        }

        foreach (string cipher in (string[])["aes128-ctr", "aes192-ctr", "aes256-cbc", "aes128-cbc", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "3des-cbc"])
        {
            formats.Add("ed25519", ["-Z", cipher], true);
        }

        return formats;
    }

    [Theory]
    [MemberData(nameof(KeygenFormats))]
    public async Task A_key_of_ssh_keygen_logs_in(string type, string[] options, bool isEncrypted)
    {
        TestSshd sshd = fixture.Sshd;
        string key = TestKeys.Create(sshd, "k" + Guid.NewGuid().ToString("N"), type, isEncrypted ? Passphrase : "", options);
        sshd.Authorize(key + ".pub");
        TestPrompt prompt = new(Passphrase);
        TestLog log = new();

        await using ISshTransport transport = await new SshNetConnector(null, prompt, log.Log).ConnectAsync(sshd.With(key), Token);

        Assert.Equal(isEncrypted ? [(key, false)] : [], prompt.Questions);
        Assert.Contains($"logged in with {key} (", log.Text, StringComparison.Ordinal);
        Assert.Contains(TestKeys.Fingerprint(key + ".pub"), log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Passphrase, log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("genpkey -algorithm ed25519")]
    [InlineData("genpkey -algorithm ed25519 -aes256")]
    [InlineData("genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -aes128")]
    [InlineData("genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -des3")]
    [InlineData("genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:named_curve -aes256")]
    [InlineData("genrsa -traditional -aes256 2048")]
    [InlineData("genrsa -traditional -des3 2048")]
    [InlineData("genrsa -traditional 2048")]
    [InlineData("ecparam -name secp384r1 -genkey -noout")]
    public async Task A_key_of_openssl_logs_in_without_a_public_key_beside_it(string command)
    {
        const string OpenSsl = "/usr/bin/openssl";
        Assert.SkipUnless(File.Exists(OpenSsl), OpenSsl + " is not installed");
        TestSshd sshd = fixture.Sshd;
        string key = sshd.PathOf("o" + Guid.NewGuid().ToString("N"));
        bool isEncrypted = command.Contains("-aes", StringComparison.Ordinal) || command.Contains("-des3", StringComparison.Ordinal);
        string[] words = command.Split(' ');
        string[] pass = !isEncrypted ? [] : words[0] == "genpkey" ? ["-pass", "pass:" + Passphrase] : ["-passout", "pass:" + Passphrase];
        string output = TestSshd.Run(OpenSsl, [words[0], "-out", key, .. pass, .. words[1..]]);
        Assert.True(File.Exists(key), output);
        TestSshd.Run("/bin/chmod", "600", key);
        SshIdentityFile file = isEncrypted ? SshKeyFiles.Decrypt(key, TestKeys.Secret(Passphrase)) : SshKeyFiles.Read(key);
        Assert.Null(file.Problem);
        File.AppendAllText(sshd.PathOf("authorized_keys"), file.PublicKey + "\n");
        TestPrompt prompt = new(Passphrase);

        await using ISshTransport transport = await new SshNetConnector(null, prompt).ConnectAsync(sshd.With(key), Token);

        Assert.Equal(isEncrypted ? 1 : 0, prompt.Questions.Count);
    }

    [Fact]
    public async Task The_passphrase_is_asked_for_once_for_sixteen_hosts_at_a_time()
    {
        TestSshd sshd = fixture.Sshd;
        string key = TestKeys.Create(sshd, "sixteen", "ed25519", Passphrase);
        sshd.Authorize(key + ".pub");
        TestPrompt prompt = new(Passphrase);
        SshNetConnector connector = new(null, prompt);

        ISshTransport[] transports = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => connector.ConnectAsync(sshd.With(key), Token)));
        foreach (ISshTransport transport in transports)
        {
            await transport.DisposeAsync();
        }

        Assert.Equal([(key, false)], prompt.Questions);
    }

    [Fact]
    public async Task A_key_the_host_does_not_take_is_not_asked_about()
    {
        TestSshd sshd = fixture.Sshd;
        string stranger = TestKeys.Create(sshd, "stranger-locked", "ed25519", Passphrase);
        TestPrompt prompt = new(Passphrase);

        await using ISshTransport transport = await new SshNetConnector(null, prompt).ConnectAsync(sshd.With(stranger, sshd.PathOf("user")), Token);

        Assert.Empty(prompt.Questions);
    }

    [Fact]
    public async Task A_given_passphrase_is_used_and_nobody_is_asked()
    {
        TestSshd sshd = fixture.Sshd;
        string key = TestKeys.Create(sshd, "given", "rsa", Passphrase, "-b", "2048", "-m", "PEM");
        sshd.Authorize(key + ".pub");
        TestPrompt prompt = new();

        await using ISshTransport transport = await new SshNetConnector(null, prompt).ConnectAsync(
            sshd.With(key) with { KeyPassphrase = TestKeys.Secret(Passphrase) }, Token);

        Assert.Empty(prompt.Questions);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa", "-b", "2048", "-m", "PEM")]
    [InlineData("ecdsa", "-m", "PKCS8")]
    public async Task A_wrong_passphrase_is_an_error_of_its_own_and_asked_for_three_times(string type, params string[] options)
    {
        TestSshd sshd = fixture.Sshd;
        string key = TestKeys.Create(sshd, "w" + Guid.NewGuid().ToString("N"), type, Passphrase, options);
        sshd.Authorize(key + ".pub");
        TestPrompt prompt = new("wrong", "Correct horse", "3rd wrong one", Passphrase);
        TestPrompt second = new("wrong", Passphrase);

        EtcdSshAuthenticationException given = await Refused(
            new SshNetConnector(), sshd.With(key) with { KeyPassphrase = TestKeys.Secret("wrong one") }, "SshPassphraseWrong");
        EtcdSshAuthenticationException asked = await Refused(new SshNetConnector(null, prompt), sshd.With(key), "SshPassphraseWrong");
        await using ISshTransport transport = await new SshNetConnector(null, second).ConnectAsync(sshd.With(key), Token);

        Assert.Equal([(key, false), (key, true), (key, true)], prompt.Questions);
        Assert.Equal([(key, false), (key, true)], second.Questions);
        Assert.DoesNotContain("wrong one", given.ToString() + asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_user_to_ask_an_encrypted_key_is_an_error_and_another_key_is_tried()
    {
        TestSshd sshd = fixture.Sshd;
        string key = TestKeys.Create(sshd, "nobody", "ed25519", Passphrase);
        sshd.Authorize(key + ".pub");
        TestPrompt nobody = new();
        TestPrompt empty = new("");

        await Refused(new SshNetConnector(), sshd.With(key), "SshIdentityFileEncrypted");
        await Refused(new SshNetConnector(null, nobody), sshd.With(key), "SshIdentityFileEncrypted");
        await Refused(new SshNetConnector(null, empty), sshd.With(key), "SshIdentityFileEncrypted");
        await using ISshTransport transport = await new SshNetConnector(null, new TestPrompt()).ConnectAsync(sshd.With(key, sshd.PathOf("user")), Token);

        Assert.Single(nobody.Questions);
        Assert.Single(empty.Questions);
    }

    [Theory]
    [InlineData("440")]
    [InlineData("404")]
    [InlineData("620")]
    public async Task A_key_others_can_read_is_refused_as_ssh_refuses_it(string mode)
    {
        TestSshd sshd = fixture.Sshd;
        string key = TestKeys.Create(sshd, "x" + Guid.NewGuid().ToString("N"), "ed25519", "");
        sshd.Authorize(key + ".pub");
        TestSshd.Run("/bin/chmod", mode, key);

        EtcdSshAuthenticationException error = await Refused(new SshNetConnector(), sshd.With(key), "SshIdentityFileExposed");

        Assert.Contains("chmod 600 " + key, error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "SshIdentityFilePutty", "puttygen")]
    [InlineData("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\nP2/56wAAAi4A\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n", "SshIdentityFileSsh2", "ssh-keygen -i")]
    [InlineData("-----BEGIN DSA PRIVATE KEY-----\nMIIBuw==\n-----END DSA PRIVATE KEY-----\n", "SshIdentityFileDsa", "ed25519")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n", "SshIdentityFileInvalid", "ssh-keygen -y")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIBuw==\n-----END RSA PRIVATE KEY-----\n", "SshIdentityFileInvalid", "ssh-keygen -y")]
    [InlineData("", "SshIdentityFileInvalid", "ssh-keygen -y")]
    [InlineData("\0\u0001\u0002", "SshIdentityFileInvalid", "ssh-keygen -y")]
    public async Task A_file_of_another_kind_is_told_apart(string content, string errorId, string action)
    {
        TestSshd sshd = fixture.Sshd;
        string path = sshd.PathOf("f" + Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, content);
        TestSshd.Run("/bin/chmod", "600", path);

        EtcdSshAuthenticationException error = await Refused(new SshNetConnector(null, new TestPrompt("x")), sshd.With(path), errorId);

        Assert.Contains(action, error.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_keys_certificates_and_hardware_keys_are_told_apart()
    {
        TestSshd sshd = fixture.Sshd;
        string authority = TestKeys.Create(sshd, "apart-ca", "ed25519", "");
        string key = TestKeys.Create(sshd, "apart", "ed25519", "");
        string certificate = TestKeys.Sign(sshd, authority, key, "-n", "root");
        string hardware = sshd.PathOf("hardware");
        File.WriteAllText(hardware, HardwareKey);
        TestSshd.Run("/bin/chmod", "600", hardware);

        await Refused(new SshNetConnector(), sshd.With(key + ".pub"), "SshIdentityFilePublic");
        await Refused(new SshNetConnector(), sshd.With(certificate), "SshIdentityFileCertificate");
        await Refused(new SshNetConnector(), sshd.With(hardware), "SshIdentityFileHardware");
        await Refused(new SshNetConnector(), sshd.With(sshd.PathOf("none")), "SshIdentityFileUnreadable");
        await Refused(new SshNetConnector(), sshd.With(), "SshNoIdentity");
    }

    // The clear half of a key as ssh-keygen -t ed25519-sk writes it, its private half left out.
    private static string HardwareKey
    {
        get
        {
            using MemoryStream stream = new();
            void String(ReadOnlySpan<byte> bytes)
            {
                stream.Write([0, 0, 0, (byte)bytes.Length]);
                stream.Write(bytes);
            }

            using MemoryStream key = new();
            key.Write([0, 0, 0, 26]);
            key.Write("sk-ssh-ed25519@openssh.com"u8);
            key.Write([0, 0, 0, 32]);
            key.Write(new byte[32]);
            key.Write([0, 0, 0, 4]);
            key.Write("ssh:"u8);
            stream.Write("openssh-key-v1\0"u8);
            String("none"u8);
            String("none"u8);
            String([]);
            stream.Write([0, 0, 0, 1]);
            String(key.ToArray());
            String(new byte[16]);
            return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + Convert.ToBase64String(stream.ToArray()) + "\n-----END OPENSSH PRIVATE KEY-----\n";
        }
    }

    private static async Task<EtcdSshAuthenticationException> Refused(SshNetConnector connector, ResolvedSshTarget target, string errorId)
    {
        EtcdSshAuthenticationException error = await Assert.ThrowsAsync<EtcdSshAuthenticationException>(() => connector.ConnectAsync(target, Token));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }
}
