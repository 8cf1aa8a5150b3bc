using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>What of it needs the core; the rest serves the tests of the cmdlets, too.</summary>
public sealed partial class TestSshd
{
    /// <summary>A target that logs in with the right key and knows the ed25519 host key.</summary>
    public ResolvedSshTarget Target() => new(
        "127.0.0.1",
        Port,
        UserName,
        [PathOf("user")],
        [KnownHosts("%h " + PublicKey("host_ed25519"))],
        EtcdHostKeyPolicy.Strict,
        null,
        TimeSpan.FromSeconds(20));
}
