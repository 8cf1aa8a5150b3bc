namespace EtcdHa.Core.Tests;

public sealed class ModelTests
{
    [Theory]
    [InlineData("ubuntu@10.0.0.6", "ubuntu", "10.0.0.6", null)]
    [InlineData("ubuntu@10.0.0.6:22", "ubuntu", "10.0.0.6", 22)]
    [InlineData("[fd00::6]:22", null, "fd00::6", 22)]
    [InlineData("10.0.0.6:2222", null, "10.0.0.6", 2222)]
    [InlineData("root@[fd00::6]:2222", "root", "fd00::6", 2222)]
    [InlineData("fd00::6", null, "fd00::6", null)]
    [InlineData("etcd-0.example.com", null, "etcd-0.example.com", null)]
    public void An_ssh_target_is_read_from_its_text(string text, string? user, string host, int? port)
    {
        var target = new EtcdSshTarget(text);

        Assert.Equal((user, host, port), (target.UserName, target.HostName, target.Port));
        Assert.Equal(text, target.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@host")]
    [InlineData("ubuntu@")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:ssh")]
    [InlineData("[fd00::6")]
    [InlineData("a b")]
    public void An_ssh_target_that_cannot_be_read_is_refused_with_its_form(string text)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => new EtcdSshTarget(text));

        Assert.Equal("SshTargetInvalid", error.ErrorId);
        Assert.Contains("user@", error.RecommendedAction, StringComparison.Ordinal);
    }
}
