using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

public sealed class GetEtcdSshHostKeyTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_host_that_cannot_be_reached_is_an_error_of_its_own_that_names_it() =>
        Assert.Equal(
            ["127.0.0.1:1", "localhost:1"],
            _session.Invoke("'u@127.0.0.1:1', 'localhost:1' | Get-EtcdSshHostKey").Errors
                .Where(error => error.FullyQualifiedErrorId.StartsWith("SshHostUnreachable,", StringComparison.Ordinal))
                .Select(error => error.Exception.Message.Split(' ')[0])
                .Order(StringComparer.Ordinal));

    [Fact]
    public void A_topology_means_its_members_hosts_with_its_SSH_settings()
    {
        ScriptResult result = _session.Invoke("""
            $topology = (New-EtcdMember infra0 192.0.2.6 -SshTarget 127.0.0.1:1), (New-EtcdMember infra1 192.0.2.7 -SshTarget 127.0.0.1:2) | New-EtcdTopology -SshUser ada -WarningAction Ignore
            $topology | Get-EtcdSshHostKey -Verbose
            """);

        Assert.Equal(
            ["127.0.0.1:1", "127.0.0.1:2"],
            result.Errors.Where(error => error.FullyQualifiedErrorId.StartsWith("SshHostUnreachable,", StringComparison.Ordinal))
                .Select(error => error.Exception.Message.Split(' ')[0])
                .Order(StringComparer.Ordinal));
        Assert.Contains(result.Verbose, text => text.StartsWith("infra1: asking ada@127.0.0.1:2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_configuration_that_cannot_be_followed_is_an_error_before_anything_is_asked()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "config"), "Host h\n  ProxyCommand nc %h %p\n");

        Assert.Equal(
            "SshConfigUnsupported,EtcdHa.Commands.GetEtcdSshHostKeyCommand",
            Assert.Single(_session.Invoke($"New-EtcdSshTarget h -ConfigFile '{folder.Path}/config' | Get-EtcdSshHostKey").Errors).FullyQualifiedErrorId);
    }
}
