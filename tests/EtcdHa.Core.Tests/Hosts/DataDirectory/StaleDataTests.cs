using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts.DataDirectory;

/// <summary>Data that lies where a member is to be started.</summary>
public sealed class StaleDataTests
{
    // Other etcd processes of this machine do not use it.
    private static readonly string Data = $"/var/lib/etcd-{Guid.NewGuid():N}";

    // The real log's member is infra0 of the page's cluster with this token.
    private static readonly EtcdTopology Own = Samples.Page() with { InitialClusterToken = WalBytes.Token, DataDirectory = Data };
    private static readonly EtcdTopology Another = Own with { InitialClusterToken = "another" };

    [Fact]
    public async Task Fault09_data_of_another_cluster_is_refused_with_both_IDs_and_nothing_is_touched()
    {
        await using TestHost host = await WithDataAsync();
        string before = host.Snapshot();

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, Another, EtcdStaleData.Refuse));

        Assert.Equal("DataDirectoryStale", error.ErrorId);
        Assert.Contains(Data + " holds the data of member a19ddf3ef9f38b65 of cluster 8d971f096edb4c69", error.Message, StringComparison.Ordinal);
        Assert.Contains("the topology founds cluster ", error.Message, StringComparison.Ordinal);
        Assert.Contains("-StaleData MoveAside", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public async Task Fault09_moved_aside_it_is_whole_beside_its_place_and_the_member_starts_with_an_empty_directory()
    {
        await using TestHost host = await WithDataAsync();

        EtcdStaticPod pod = await InstallAsync(host, Another, EtcdStaleData.MoveAside);

        EtcdStepResult move = pod.Steps[0];
        Assert.Equal((EtcdChange.MovedAside, Data + "/member"), (move.Change, move.Target));
        Assert.Contains("of cluster 8d971f096edb4c69", move.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(host[Data]));
        string aside = Assert.Single(Directory.GetDirectories(host["/var/lib/"], Path.GetFileName(Data) + ".20*"));
        Assert.Equal(WalBytes.Head, await File.ReadAllBytesAsync(aside + "/member/wal/0000000000000000-0000000000000000.wal", TestContext.Current.CancellationToken));
        Assert.True(File.Exists(host[MemberSteps.ManifestPath]));
        Assert.Equal(EtcdChange.Unchanged, (await InstallAsync(host, Another, EtcdStaleData.MoveAside)).Status);
    }

    [Theory]
    [InlineData(EtcdStaleData.Refuse)]
    [InlineData(EtcdStaleData.MoveAside)]
    [InlineData(EtcdStaleData.Adopt)]
    public async Task The_member_s_own_data_is_gone_on_with_whatever_was_asked_for(EtcdStaleData how)
    {
        await using TestHost host = await WithDataAsync();

        EtcdStaticPod pod = await InstallAsync(host, Own, how);

        Assert.DoesNotContain(pod.Steps, s => s.Change == EtcdChange.MovedAside);
        Assert.True(Directory.Exists(host[Data + "/member"]));
    }

    [Fact]
    public async Task Data_of_another_cluster_or_without_a_readable_log_cannot_be_adopted()
    {
        await using TestHost host = await WithDataAsync();
        Assert.Equal("DataDirectoryForeign", (await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, Another, EtcdStaleData.Adopt))).ErrorId);

        host.Write(Data + "/member/wal/0000000000000000-0000000000000000.wal", "damaged");
        Assert.Equal("DataDirectoryForeign", (await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, Own, EtcdStaleData.Adopt))).ErrorId);
        Assert.Equal("DataDirectoryStale", (await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, Own, EtcdStaleData.Refuse))).ErrorId);
    }

    [Fact]
    public async Task Data_that_is_in_use_is_never_moved()
    {
        await using TestHost host = await WithDataAsync();
        host.Write(Data + "/member/snap/db", "db");
        using var holder = System.Diagnostics.Process.Start("flock", [host[Data + "/member/snap/db"], "sleep", "60"]);
        await Task.Delay(500, TestContext.Current.CancellationToken);

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, Another, EtcdStaleData.MoveAside));

        Assert.Equal("DataDirectoryInUse", error.ErrorId);
        Assert.True(Directory.Exists(host[Data + "/member"]));
        Assert.False(File.Exists(host[MemberSteps.ManifestPath]));
        holder.Kill(entireProcessTree: true);
    }

    [Fact]
    public async Task Where_a_manifest_is_the_data_is_its_member_s()
    {
        await using TestHost host = await WithDataAsync();
        host.Write(MemberSteps.ManifestPath, "manifest");

        Assert.Equal(EtcdChange.Updated, (await InstallAsync(host, Another, EtcdStaleData.MoveAside)).Status);
        Assert.True(Directory.Exists(host[Data + "/member"]));
    }

    private static Task<EtcdStaticPod> InstallAsync(TestHost host, EtcdTopology topology, EtcdStaleData how) => StaticPodInstaller.InstallAsync(
        host.Session, topology, topology.Members[0], null, EtcdManifestGenerator.Native, DateTimeOffset.UtcNow, OperationLog.Silent,
        TestContext.Current.CancellationToken, staleData: how);

    private static async Task<TestHost> WithDataAsync()
    {
        TestHost host = await TestHost.CreateAsync();
        host.Write(Data + "/member/wal/0000000000000000-0000000000000000.wal", "");
        await File.WriteAllBytesAsync(host[Data + "/member/wal/0000000000000000-0000000000000000.wal"], WalBytes.Head, TestContext.Current.CancellationToken);
        TestHost.Run("chmod", "700", host[Data]);
        return host;
    }
}
