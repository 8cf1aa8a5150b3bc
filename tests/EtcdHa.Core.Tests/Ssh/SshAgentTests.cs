using System.Buffers.Binary;
using System.Diagnostics;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Ssh.Login;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>The agent's protocol: what it answers is not trusted.</summary>
public sealed class SshAgentTests
{
    private static readonly byte[] KeyBlob = [.. String("ssh-ed25519"u8), .. String(new byte[32])];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(@"\\.\pipe\openssh-ssh-agent", "openssh-ssh-agent")]
    [InlineData("//./pipe/openssh-ssh-agent", "openssh-ssh-agent")]
    [InlineData(@"\\.\PIPE\pageant.me.0123", "pageant.me.0123")]
    [InlineData("/run/user/1000/ssh-agent.sock", null)]
    [InlineData(@"C:\Users\me\agent.sock", null)]
    public void A_pipe_of_Windows_is_told_from_a_socket(string path, string? pipe) => Assert.Equal(pipe, SshAgent.PipeName(path));

    [Fact]
    public void The_agent_of_Windows_is_used_when_nothing_names_another()
    {
        SshEnvironment windows = new("me", "/home/me", "/known", _ => false) { DefaultAgent = SshEnvironment.WindowsAgent };
        EtcdSshTarget target = new("host");

        Assert.Equal(@"\\.\pipe\openssh-ssh-agent", new SshTargetResolver(windows).Resolve(target).IdentityAgent);
        Assert.Equal("/other", new SshTargetResolver(windows with { Variable = _ => "/other" }).Resolve(target).IdentityAgent);
        Assert.Null(new SshTargetResolver(windows).Resolve(target with { IdentityAgent = "none" }).IdentityAgent);
    }

    [Fact]
    public void Keys_are_read_and_damaged_ones_left_out()
    {
        byte[] answer =
        [
            12, .. Number(3),
            .. String(KeyBlob), .. String("me@host\e[31m"u8),
            .. String([.. String("ssh-ed25519"u8), 1, 2]), .. String("damaged"u8),
            .. String([1, 2, 3]), .. String(""u8),
        ];

        SshAgentIdentity identity = Assert.Single(SshAgentMessages.Identities(answer));

        Assert.Equal(("ssh-ed25519", "me@host [31m"), (identity.Key.Type, identity.Comment));
    }

    [Theory]
    [InlineData(new byte[0], "empty")]
    [InlineData(new byte[] { 5 }, "refuses")]
    [InlineData(new byte[] { 6 }, "none that an ssh-agent gives")]
    [InlineData(new byte[] { 12 }, "more than")]
    [InlineData(new byte[] { 12, 255, 255, 255, 255 }, "more than")]
    [InlineData(new byte[] { 12, 0, 0, 8, 1 }, "more than")]
    [InlineData(new byte[] { 12, 0, 0, 8, 0 }, "cut short")]
    [InlineData(new byte[] { 12, 0, 0, 0, 1, 255, 255, 255, 255 }, "cut short")]
    public void An_answer_that_is_none_says_how(byte[] answer, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => SshAgentMessages.Identities(answer)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_signature_of_another_algorithm_is_refused()
    {
        byte[] signature = [.. String("ssh-rsa"u8), .. String([1, 2, 3])];

        Assert.Equal(signature, SshAgentMessages.Signature([14, .. String(signature)], "ssh-rsa"));
        Assert.Contains("rsa-sha2-512", Assert.Throws<FormatException>(() => SshAgentMessages.Signature([14, .. String(signature)], "rsa-sha2-512")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_an_answer_or_a_format_error()
    {
        byte[][] pieces = [[12], [14], [5], Number(0), Number(1), Number(2), Number(-1), KeyBlob, String(KeyBlob), String("x"u8), [0], [255], new byte[40], String("ssh-ed25519-cert-v01@openssh.com"u8)];
        Gen<byte[]> answers = Gen.Elements(pieces).ListOf().Select(list => list.SelectMany(piece => piece).ToArray());
        Prop.ForAll(answers.ToArbitrary(), answer => Harmless(() => SshAgentMessages.Identities(answer)) && Harmless(() => SshAgentMessages.Signature(answer, "ssh-ed25519")))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(20261126UL, 1UL));
    }

    [Fact]
    public async Task A_listing_whose_bytes_are_changed_anywhere_is_read_or_refused()
    {
        byte[] answer = [.. Framed([12, .. Number(2), .. String(KeyBlob), .. String("a"u8), .. String(KeyBlob), .. String("b"u8)])];
        Random random = new(20261126);
        byte[] current = answer;
        using FakeAgent agent = new(_ => current);
        SshAgent client = new(agent.Socket, TimeSpan.FromSeconds(10));

        Assert.Equal(2, (await client.ListAsync(Token)).Count);
        for (int i = 0; i < 300; i++)
        {
            current = [.. answer[..random.Next(answer.Length + 1)], .. i % 3 == 0 ? answer : []];
            for (int changes = random.Next(4); changes > 0 && current.Length > 0; changes--)
            {
                current[random.Next(current.Length)] = (byte)random.Next(256);
            }

            try
            {
                await client.ListAsync(Token);
            }
            catch (EtcdSshAuthenticationException e)
            {
                Assert.Equal("SshAgentUnavailable", e.ErrorId);
            }
        }
    }

    [Fact]
    public async Task An_answer_of_gigabytes_is_refused_before_it_is_read()
    {
        using FakeAgent agent = new(_ => Number(0x7fffffff));

        EtcdSshAuthenticationException error = await Assert.ThrowsAsync<EtcdSshAuthenticationException>(() => new SshAgent(agent.Socket).ListAsync(Token));

        // Not that it was cut short, which would be told after as much was asked for.
        Assert.Contains("none that an ssh-agent gives", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(new byte[] { 0, 0, 0 })]
    public async Task An_agent_that_falls_silent_is_not_waited_for_longer_than_its_time(byte[]? start)
    {
        using FakeAgent agent = new(_ => start);
        SshAgent client = new(agent.Socket, TimeSpan.FromMilliseconds(200));
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(100));
        Stopwatch watch = Stopwatch.StartNew();

        EtcdSshAuthenticationException error = await Assert.ThrowsAsync<EtcdSshAuthenticationException>(() => client.ListAsync(Token));
        Assert.Equal("SshAgentUnavailable", error.ErrorId);
        if (start is null)
        {
            Assert.Contains("did not answer within 0.2 seconds", error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SshAgent(agent.Socket).ListAsync(stop.Token));
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_path_that_is_no_agent_is_an_error_that_names_it()
    {
        string file = Path.GetTempFileName();
        foreach (string path in (string[])["/no/such/agent", file, "/" + new string('a', 300), "", "\0"])
        {
            EtcdSshAuthenticationException error = await Assert.ThrowsAsync<EtcdSshAuthenticationException>(() => new SshAgent(path).ListAsync(Token));
            Assert.Equal(("SshAgentUnavailable", path), (error.ErrorId, error.Subject));
        }

        File.Delete(file);
    }

    private static bool Harmless(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (FormatException)
        {
            return true;
        }
    }

    private static byte[] Framed(byte[] message) => [.. Number(message.Length), .. message];

    private static byte[] String(ReadOnlySpan<byte> bytes) => [.. Number(bytes.Length), .. bytes];

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
