using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Agents, certificates and limits, against a real sshd and a real ssh-agent.</summary>
public sealed class LoginTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    private readonly TestLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SshNetConnector Connector => new(null, null, _log.Log);

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa", "-b", "256")]
    [InlineData("ecdsa", "-b", "521")]
    [InlineData("rsa", "-b", "2048")]
    public async Task A_key_in_the_agent_logs_in_and_one_that_is_named_needs_no_private_file(string type, params string[] options)
    {
        TestSshd sshd = fixture.Sshd;
        using TestAgent agent = new();
        string key = TestKeys.Create(sshd, "agent" + Guid.NewGuid().ToString("N"), type, "", options);
        string other = TestKeys.Create(sshd, "other" + Guid.NewGuid().ToString("N"), "ed25519", "");
        sshd.Authorize(key + ".pub");
        agent.Add(null, other);
        agent.Add(null, key);
        File.Delete(key);

        await using ISshTransport any = await Connector.ConnectAsync(sshd.With() with { IdentityAgent = agent.Socket }, Token);
        Assert.Contains($"logged in with the agent's key {Path.GetFileName(key)} (", _log.Text, StringComparison.Ordinal);
        await using ISshTransport named = await Connector.ConnectAsync(sshd.With(key) with { IdentityAgent = agent.Socket, IdentitiesOnly = true }, Token);
        Assert.Contains($"logged in with {key}, in the agent (", _log.Text, StringComparison.Ordinal);
        await using ISshTransport publicFile = await Connector.ConnectAsync(sshd.With(key + ".pub") with { IdentityAgent = agent.Socket, IdentitiesOnly = true }, Token);
    }

    [Fact]
    public async Task An_encrypted_key_that_the_agent_holds_is_not_asked_about()
    {
        TestSshd sshd = fixture.Sshd;
        using TestAgent agent = new();
        string key = TestKeys.Create(sshd, "agent-locked", "ed25519", "correct horse");
        sshd.Authorize(key + ".pub");
        agent.Add("correct horse", key);
        TestPrompt prompt = new();

        await using ISshTransport transport = await new SshNetConnector(null, prompt, _log.Log).ConnectAsync(sshd.With(key) with { IdentityAgent = agent.Socket }, Token);

        Assert.Empty(prompt.Questions);
        Assert.Contains("in the agent", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdentitiesOnly_keeps_the_agents_other_keys_back_and_too_many_keys_are_told()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("MaxAuthTries 3");
        using TestAgent agent = new();
        foreach (int i in Enumerable.Range(0, 5))
        {
            agent.Add(null, TestKeys.Create(sshd, "many" + i, "ed25519", ""));
        }

        agent.Add(null, sshd.PathOf("user"));
        ResolvedSshTarget target = sshd.With(sshd.PathOf("user")) with { IdentityAgent = agent.Socket, IdentitiesOnly = true };

        await using ISshTransport transport = await Connector.ConnectAsync(target, Token);
        EtcdSshAuthenticationException error = await Refused(target with { IdentityFiles = [], IdentitiesOnly = false }, "SshTooManyTries");

        Assert.Contains("Tried: the agent's key many0 (ssh-ed25519 " + TestKeys.Fingerprint(sshd.PathOf("many0.pub")), error.Message, StringComparison.Ordinal);
        Assert.Contains("Not tried: the agent's key many", error.Message, StringComparison.Ordinal);
        Assert.Contains("the agent's key user", error.Message, StringComparison.Ordinal);
        Assert.Contains("IdentitiesOnly", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_agent_and_one_that_is_not_there_are_told_and_a_key_file_is_used()
    {
        TestSshd sshd = fixture.Sshd;
        using TestAgent agent = new();
        agent.Add(null, sshd.PathOf("user"));
        agent.Add("agent secret", "-x");

        // A locked agent lists no keys.
        await Refused(sshd.With() with { IdentityAgent = agent.Socket }, "SshNoIdentity");
        EtcdSshAuthenticationException error = await Refused(sshd.With() with { IdentityAgent = sshd.PathOf("no.sock") }, "SshAgentUnavailable");
        await using ISshTransport transport = await Connector.ConnectAsync(sshd.Target() with { IdentityAgent = sshd.PathOf("no.sock") }, Token);

        Assert.Contains(sshd.PathOf("no.sock"), error.Message, StringComparison.Ordinal);
        Assert.Contains("VERBOSE", _log.Text, StringComparison.Ordinal);
        Assert.Contains("passed over: The ssh-agent at", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_does_not_sign_is_left_out_and_the_next_key_is_used()
    {
        TestSshd sshd = fixture.Sshd;
        using TestAgent agent = new();
        string key = TestKeys.Create(sshd, "unwilling", "ed25519", "");
        sshd.Authorize(key + ".pub");
        agent.Add(null, key);

        // Lists the real agent's keys, and refuses to sign.
        byte[] list = await Raw(agent.Socket, [0, 0, 0, 1, 11]);
        using FakeAgent unwilling = new(question => question[4] == 11 ? list : [0, 0, 0, 1, 5]);
        ResolvedSshTarget target = sshd.With(key + ".pub", sshd.PathOf("user")) with { IdentityAgent = unwilling.Socket };

        await using ISshTransport transport = await Connector.ConnectAsync(target, Token);
        EtcdSshAuthenticationException error = await Refused(target with { IdentityFiles = [] }, "SshAgentUnavailable");

        Assert.Contains("it refuses", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa", "-b", "2048")]
    public async Task A_user_certificate_logs_in_beside_its_key_named_or_in_the_agent(string type, params string[] options)
    {
        await using TestSshd sshd = await StartTrustingAsync();
        using TestAgent agent = new();
        string key = TestKeys.Create(sshd, "certified", type, "", options);
        string certificate = TestKeys.Sign(sshd, sshd.PathOf("ca"), key, "-n", sshd.UserName);
        string named = sshd.PathOf("elsewhere.pub");
        File.Copy(certificate, named);

        await using ISshTransport beside = await Connector.ConnectAsync(sshd.With(key), Token);
        Assert.Contains($"logged in with {certificate}, a certificate for {sshd.UserName} (", _log.Text, StringComparison.Ordinal);

        File.Delete(certificate);
        await Refused(sshd.With(key), "SshLoginRefused");
        await using ISshTransport byName = await Connector.ConnectAsync(sshd.With(key) with { CertificateFiles = [named] }, Token);
        Assert.Contains($"logged in with {named}", _log.Text, StringComparison.Ordinal);

        File.Copy(named, certificate);
        agent.Add(null, key);
        File.Delete(key);
        File.Delete(certificate);
        await using ISshTransport held = await Connector.ConnectAsync(sshd.With() with { IdentityAgent = agent.Socket }, Token);
        Assert.Contains("logged in with the agent's certificate", _log.Text, StringComparison.Ordinal);
        await using ISshTransport file = await Connector.ConnectAsync(
            sshd.With() with { IdentityAgent = agent.Socket, CertificateFiles = [named], IdentitiesOnly = true }, Token);
    }

    [Fact]
    public async Task A_certificate_that_cannot_work_is_explained_and_not_sent()
    {
        await using TestSshd sshd = await StartTrustingAsync();
        string authority = sshd.PathOf("ca");
        string expired = Certified(sshd, "expired", "-V", "20200101:20200201");
        string early = Certified(sshd, "early", "-V", "20900101:20900201");
        string hosts = Certified(sshd, "hosts", "-h");
        string damaged = Certified(sshd, "damaged");
        File.WriteAllText(damaged + "-cert.pub", File.ReadAllText(damaged + "-cert.pub").Replace("AAAA", "AAAB", StringComparison.Ordinal));
        string alone = Certified(sshd, "alone");

        EtcdSshAuthenticationException error = await Refused(sshd.With(expired), "SshLoginRefused");
        Assert.Contains($"The certificate '{expired}-cert.pub' ended: it was valid from 2020-01-01", error.Message, StringComparison.Ordinal);
        Assert.Contains("is valid only from 2090-01-0", (await Refused(sshd.With(early), "SshLoginRefused")).Message, StringComparison.Ordinal);
        Assert.Contains("is a host's", (await Refused(sshd.With(hosts), "SshLoginRefused")).Message, StringComparison.Ordinal);
        Assert.Contains("is not an OpenSSH certificate", (await Refused(sshd.With(damaged), "SshLoginRefused")).Message, StringComparison.Ordinal);
        await Refused(sshd.With() with { CertificateFiles = [alone + "-cert.pub"] }, "SshCertificateWithoutKey");
        Assert.DoesNotContain("CERT", sshd.Log, StringComparison.Ordinal);

        string stranger = Certified(sshd, "stranger-cert", "-n", "somebody-else");
        error = await Refused(sshd.With(stranger), "SshLoginRefused");
        Assert.Contains("a certificate for somebody-else", error.Message, StringComparison.Ordinal);
        Assert.Contains(TestKeys.Fingerprint(stranger + ".pub"), error.Message, StringComparison.Ordinal);

        string Certified(TestSshd server, string name, params string[] options)
        {
            string key = TestKeys.Create(server, name, "ed25519", "");
            TestKeys.Sign(server, authority, key, [.. options.Contains("-n") ? [] : (string[])["-n", server.UserName], .. options]);
            return key;
        }
    }

    [Theory]
    [InlineData("password", "PasswordAuthentication yes")]
    [InlineData("keyboard-interactive", "UsePAM yes", "KbdInteractiveAuthentication yes")]
    [InlineData("password", "UsePAM yes", "PasswordAuthentication yes", "KbdInteractiveAuthentication yes")]
    [InlineData("password", "PasswordAuthentication yes", "AuthenticationMethods publickey,password")]
    public async Task A_password_logs_in_by_the_method_the_host_takes_after_the_keys_and_is_tried_once(string method, params string[] options)
    {
        await using TestSshd sshd = await TestSshd.StartWithPasswordAsync("pässw0rd", options);
        string stranger = sshd.CreateKey("stranger", "ed25519");
        bool needsKey = options[^1].StartsWith("AuthenticationMethods", StringComparison.Ordinal);
        ResolvedSshTarget target = needsKey ? sshd.Target() : sshd.With(stranger);

        await using ISshTransport transport = await Connector.ConnectAsync(target with { Password = TestKeys.Secret("pässw0rd") }, Token);
        Assert.Contains($"logged in with the password ({method})", _log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("pässw0rd", _log.Text, StringComparison.Ordinal);
        Assert.Equal(0, sshd.LogCount("Failed " + method));

        EtcdSshAuthenticationException error = await Refused(target with { Password = TestKeys.Secret("wr0ng") }, "SshLoginRefused");
        Assert.EndsWith($"the password ({method})", error.Message[..error.Message.IndexOf(". The host offers", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await FailuresAsync(sshd));

        await Refused(target, "SshLoginRefused");
        Assert.Equal(1, await FailuresAsync(sshd));
    }

    [Theory]
    [InlineData(6, "PubkeyAcceptedAlgorithms rsa-sha2-256")]
    [InlineData(3, "MaxAuthTries 3")]
    public async Task An_RSA_key_signs_with_SHA_256_where_that_is_all_a_host_takes_and_costs_one_try_where_it_is_not(int tries, string option)
    {
        await using TestSshd sshd = await TestSshd.StartAsync(option, $"MaxAuthTries {tries}");
        string[] keys = [.. Enumerable.Range(0, 3).Select(i => TestKeys.Create(sshd, "rsa" + i, "rsa", "", "-b", "2048"))];
        sshd.Authorize(keys[2] + ".pub");

        await using ISshTransport transport = await Connector.ConnectAsync(sshd.With(tries == 3 ? keys : keys[2..]), Token);

        Assert.Contains("logged in with " + keys[2], _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_knows_weak_algorithms_only_is_refused_with_both_lists_and_reached_when_they_are_allowed_with_a_warning()
    {
        await using TestSshd sshd = await TestSshd.StartAsync(
            "KexAlgorithms diffie-hellman-group14-sha1", "Ciphers aes128-cbc", "MACs hmac-sha1", "HostKeyAlgorithms ssh-rsa", "PubkeyAcceptedAlgorithms ssh-rsa");
        string key = TestKeys.Create(sshd, "weak", "rsa", "", "-b", "2048");
        sshd.Authorize(key + ".pub");
        ResolvedSshTarget target = sshd.With(key) with { KnownHostsFiles = [sshd.KnownHosts("%h " + sshd.PublicKey("host_rsa"))] };

        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => Connector.ConnectAsync(target, Token));
        Assert.Equal("SshNoCommonAlgorithm", error.ErrorId);
        Assert.Contains("diffie-hellman-group14-sha1", error.Message, StringComparison.Ordinal);
        Assert.Contains("curve25519-sha256", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowWeakAlgorithms", error.RecommendedAction, StringComparison.Ordinal);

        await using ISshTransport transport = await Connector.ConnectAsync(target with { AllowWeakAlgorithms = true }, Token);
        Assert.Contains(
            "WARNING " + target + ": the connection uses weak algorithms: key exchange diffie-hellman-group14-sha1, host key ssh-rsa, cipher aes128-cbc, MAC hmac-sha1",
            _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_agreed_on_is_told_and_weak_algorithms_come_last_even_when_they_are_allowed()
    {
        TestSshd sshd = fixture.Sshd;

        await using ISshTransport transport = await Connector.ConnectAsync(sshd.Target() with { AllowWeakAlgorithms = true }, Token);

        Assert.Contains("host key ssh-ed25519, cipher chacha20-poly1305@openssh.com", _log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", _log.Text, StringComparison.Ordinal);
    }

    private static async Task<TestSshd> StartTrustingAsync()
    {
        TestSshd sshd = await TestSshd.StartAsync("MaxStartups 100");
        sshd.CreateKey("ca", "ed25519");
        File.AppendAllText(sshd.PathOf("authorized_keys"), "cert-authority " + sshd.PublicKey("ca") + "\n");
        return sshd;
    }

    // sshd writes its log when it comes to it: once one failure is there, a second one would follow at once.
    private static async Task<int> FailuresAsync(TestSshd sshd)
    {
        int Count() => sshd.LogCount("Failed password for") + sshd.LogCount("Failed keyboard-interactive");
        for (int i = 0; i < 200 && Count() == 0; i++)
        {
            await Task.Delay(50, Token);
        }

        await Task.Delay(500, Token);
        return Count();
    }

    private static async Task<byte[]> Raw(string socket, byte[] question)
    {
        using System.Net.Sockets.Socket client = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        await client.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(socket), Token);
        await client.SendAsync(question, Token);
        byte[] answer = new byte[1 << 16];
        int length = await client.ReceiveAsync(answer, Token);
        return answer[..length];
    }

    private async Task<EtcdSshAuthenticationException> Refused(ResolvedSshTarget target, string errorId)
    {
        EtcdSshAuthenticationException error = await Assert.ThrowsAsync<EtcdSshAuthenticationException>(() => Connector.ConnectAsync(target, Token));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }
}
