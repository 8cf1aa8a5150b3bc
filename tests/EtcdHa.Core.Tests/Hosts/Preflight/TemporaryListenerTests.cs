using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>The listener's life, apart from the check it serves.</summary>
public sealed class TemporaryListenerTests : PreflightTest
{
    [Theory]
    [InlineData("127.0.0.9")]
    [InlineData("::1")]
    public async Task It_listens_until_it_is_stopped_and_says_whether_it_still_did(string address)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-socket-activate"), "systemd-socket-activate is not installed");
        await using TestHost host = await TestHost.CreateAsync();
        PreflightSubject subject = Subject(address);
        string marker = "etcdha-preflight-" + Guid.NewGuid().ToString("N");

        string started = await RunAsync(host, TemporaryListener.Script(subject, marker));
        Assert.Equal([.. TemporaryListener.Ports(subject).Select(p => $"listener|{p}")], started.Split('\n').Where(l => l.StartsWith("listener|", StringComparison.Ordinal)));
        Assert.All(TemporaryListener.Ports(subject), port => Assert.True(Listens(address, port)));

        Assert.Contains("listener-was|listening", await RunAsync(host, TemporaryListener.StopScript(marker)), StringComparison.Ordinal);
        Assert.All(TemporaryListener.Ports(subject), port => Assert.False(Listens(address, port)));
        Assert.Contains("listener-was|ended", await RunAsync(host, TemporaryListener.StopScript(marker)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_not_claim_to_listen_on_an_address_the_host_does_not_have()
    {
        await using TestHost host = await TestHost.CreateAsync();
        string marker = "etcdha-preflight-" + Guid.NewGuid().ToString("N");
        string started = await RunAsync(host, TemporaryListener.Script(Subject("192.0.2.6"), marker));
        Assert.DoesNotContain("listener|", started, StringComparison.Ordinal);
        Assert.Contains("listener-was|ended", await RunAsync(host, TemporaryListener.StopScript(marker)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_by_itself_when_nobody_stops_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-socket-activate"), "systemd-socket-activate is not installed");
        await using TestHost host = await TestHost.CreateAsync();
        PreflightSubject subject = Subject("127.0.0.9");
        string marker = "etcdha-preflight-" + Guid.NewGuid().ToString("N");
        string script = TemporaryListener.Script(subject, marker);
        Assert.Contains("timeout 45 ", script, StringComparison.Ordinal);

        await RunAsync(host, script.Replace("timeout 45 ", "timeout 1 ", StringComparison.Ordinal));
        for (int i = 0; i < 100 && Listens("127.0.0.9", TemporaryListener.Ports(subject)[0]); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Contains("listener-was|ended", await RunAsync(host, TemporaryListener.StopScript(marker)), StringComparison.Ordinal);
    }

    private static PreflightSubject Subject(string address)
    {
        EtcdTopology cluster = NewCluster() with { Members = [new("infra0", address)] };
        return new(cluster, cluster.Members[0], TestHost.HostName, NoStaging, new(), Make.Now);
    }

    private static async Task<string> RunAsync(TestHost host, string script)
    {
        RemoteOutput answer = await host.Session.RunAsync("test", PreflightScript.Of([script]), [], TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return answer.Text;
    }
}
