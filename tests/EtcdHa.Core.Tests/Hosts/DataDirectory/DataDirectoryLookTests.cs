using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts.DataDirectory;

public sealed class DataDirectoryLookTests
{
    public static TheoryData<string> Shells => ["/usr/bin/dash", "/usr/bin/bash", "/usr/bin/busybox"];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_data_directory_is_absent_or_empty_or_a_members_and_the_look_changes_nothing(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        Assert.Equal(new("/var/lib/etcd", false, false, null, null), await LookAsync(host));
        Directory.CreateDirectory(host["/var/lib/etcd"]);
        Assert.Equal(new("/var/lib/etcd", true, false, null, null), await LookAsync(host));
        Directory.CreateDirectory(host["/var/lib/etcd/member/snap"]);
        Assert.Equal(new("/var/lib/etcd", true, true, null, null), await LookAsync(host));

        Wal(host, 1, WalBytes.Head);
        string before = host.Snapshot();
        DataDirectoryState found = await LookAsync(host);
        Assert.Equal(new("/var/lib/etcd", true, true, WalBytes.Ids, Written), found);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public async Task A_log_that_a_power_cut_left_empty_has_an_older_one_before_it()
    {
        await using TestHost host = await TestHost.CreateAsync();
        for (int i = 0; i < 6; i++)
        {
            Wal(host, i, WalBytes.Head);
        }

        Wal(host, 6, []);
        Assert.Equal(WalBytes.Ids, (await LookAsync(host)).Metadata);
        Wal(host, 5, new byte[4096]);
        Wal(host, 4, new byte[4096]);
        Assert.Null((await LookAsync(host)).Metadata);
    }

    [Fact]
    public async Task The_log_is_looked_for_where_an_extra_argument_puts_it()
    {
        await using TestHost host = await TestHost.CreateAsync();
        Directory.CreateDirectory(host["/var/lib/a place/etcd/member"]);
        host.Write("/var/lib/fast disk/0000000000000000-0000000000000000.wal", "");
        File.WriteAllBytes(host["/var/lib/fast disk/0000000000000000-0000000000000000.wal"], WalBytes.Head);
        EtcdTopology topology = Samples.Page() with { DataDirectory = "/var/lib/a place/etcd", ExtraArg = [new("wal-dir", "/var/lib/fast disk")] };
        Assert.Equal(WalBytes.Ids, (await LookAsync(host, topology)).Metadata);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data|something|\n")]
    public void An_answer_of_another_form_is_refused(string answer)
        => Assert.Equal("HostAnswerUnreadable", Assert.Throws<EtcdHostException>(() => DataDirectoryLook.Read("h", answer, Samples.Page())).ErrorId);

    [Fact]
    public void Text_that_is_no_base64_is_a_log_that_cannot_be_read()
        => Assert.Equal(new("/var/lib/etcd", true, true, null, null), DataDirectoryLook.Read("h", "wal|***\ndata|member|\n", Samples.Page()));

    private static readonly DateTimeOffset Written = new(2026, 11, 23, 5, 19, 51, TimeSpan.Zero);

    private static void Wal(TestHost host, int number, byte[] content)
    {
        string path = host[$"/var/lib/etcd/member/wal/{number:x16}-{number:x16}.wal"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, Written.UtcDateTime);
    }

    private static async Task<DataDirectoryState> LookAsync(TestHost host, EtcdTopology? topology = null)
    {
        topology ??= Samples.Page();
        RemoteOutput answer = await host.Session.RunAsync(
            "look", DataDirectoryLook.Script(topology), [], TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return DataDirectoryLook.Read("h", answer.Text, topology);
    }
}
