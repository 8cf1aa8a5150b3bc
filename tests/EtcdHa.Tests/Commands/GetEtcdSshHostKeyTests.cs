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
    public void A_configuration_that_cannot_be_followed_is_an_error_before_anything_is_asked()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "config"), "Host h\n  ProxyCommand nc %h %p\n");

        Assert.Equal(
            "SshConfigUnsupported,EtcdHa.Commands.GetEtcdSshHostKeyCommand",
            Assert.Single(_session.Invoke($"New-EtcdSshTarget h -ConfigFile '{folder.Path}/config' | Get-EtcdSshHostKey").Errors).FullyQualifiedErrorId);
    }
}
