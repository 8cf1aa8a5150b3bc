using EtcdHa.Core.Ssh;
using EtcdHa.Core.Ssh.Login;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>The order keys are offered in, told by their places.</summary>
public sealed class SshCandidatesTests
{
    private static readonly SshHostKey[] Keys = [.. Enumerable.Range(0, 5).Select(Key)];

    private static readonly SshSigner Signer = new SshFileSigner(new SshIdentityFile("/none", Keys[0]));

    [Theory]
    [InlineData(false, "/a, in the agent; /b; /c; the agent's key other; the agent's key more")]
    [InlineData(true, "/a, in the agent; /b; /c")]
    public void Named_keys_in_the_agent_then_files_then_the_agents_others(bool identitiesOnly, string order)
    {
        SshIdentityFile[] files = [new("/b", Keys[1]), new("/a", Keys[0]), new("/c", Keys[2]), new("/c-again", Keys[2])];
        SshAgentIdentity[] held = [new(Keys[3], null, "other"), new(Keys[0], null, "a"), new(Keys[4], null, "more"), new(Keys[4], null, "twice")];

        Assert.Equal(order, Order(files, held, identitiesOnly, out IReadOnlyList<EtcdSshAuthenticationException> skipped));
        Assert.Empty(skipped);
    }

    [Fact]
    public void A_file_that_cannot_sign_is_told_unless_the_agent_signs_for_it()
    {
        EtcdSshAuthenticationException problem = new("SshIdentityFileExposed", "/a");
        SshIdentityFile[] files = [new("/a", Keys[0]) { Problem = problem }, new("/b", Keys[1]) { Problem = problem }, new("/c", (SshHostKey?)null) { Problem = problem }];

        Assert.Equal("/a, in the agent", Order(files, [new(Keys[0], null, "a")], true, out IReadOnlyList<EtcdSshAuthenticationException> skipped));
        Assert.Equal([problem, problem], skipped);
    }

    private static string Order(
        IReadOnlyList<SshIdentityFile> files, IReadOnlyList<SshAgentIdentity> held, bool identitiesOnly, out IReadOnlyList<EtcdSshAuthenticationException> skipped)
    {
        SshCandidates ordered = SshCandidates.Order(files, [], held, _ => Signer, identitiesOnly, DateTimeOffset.UnixEpoch);
        skipped = ordered.Skipped;
        return string.Join("; ", ordered.Candidates.Select(candidate => candidate.Source));
    }

    private static SshHostKey Key(int number) =>
        SshHostKey.FromBlob([0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 32, .. Enumerable.Repeat((byte)number, 32)])!;
}
