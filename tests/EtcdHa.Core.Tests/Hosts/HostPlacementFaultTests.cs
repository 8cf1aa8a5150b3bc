using System.Text;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>Placement under faults: at every final path there is the old or the new file, whole, and no staging directory.</summary>
public sealed class HostPlacementFaultTests
{
    private static readonly FileStep Certificate = Step("/etc/kubernetes/pki/server.crt", "new certificate\n", 0x1A4);
    private static readonly FileStep Key = Step("/etc/kubernetes/pki/server.key", "new key\n", 0x180);

    [Fact]
    public async Task A_connection_that_breaks_at_any_point_leaves_the_old_files_and_no_staging_directory()
    {
        await using TestHost host = await WithOldFilesAsync();
        HostState state = await host.Session.ObserveAsync([Certificate, Key], TestContext.Current.CancellationToken);
        IReadOnlyList<StepChange> changes = StepComparer.Compare([Certificate, Key], state);
        await host.Session.PlaceAsync(changes, state, TestContext.Current.CancellationToken);
        byte[] sent = host.Traffic[^1].Input;
        host.Write(Certificate.Path, "old certificate");
        host.Write(Key.Path, "old key", "600");

        foreach (int cut in ProtocolCuts.Of(sent))
        {
            host.BreakInputAt = cut;
            await Assert.ThrowsAnyAsync<EtcdHaException>(() => host.Session.PlaceAsync(changes, state, TestContext.Current.CancellationToken));
            Assert.Equal(("old certificate", "old key"), (host.Read(Certificate.Path), host.Read(Key.Path)));
            Assert.Empty(host.StagingDirectories);
        }

        host.BreakInputAt = null;
        await host.Session.PlaceAsync(changes, state, TestContext.Current.CancellationToken);
        Assert.Equal(("new certificate\n", "new key\n"), (host.Read(Certificate.Path), host.Read(Key.Path)));
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task Keys_are_cleaned_up_also_when_nobody_reads_what_the_script_says_any_more(string shell)
    {
        await using TestHost host = await WithOldFilesAsync(shell);
        HostState state = await host.Session.ObserveAsync([Key], TestContext.Current.CancellationToken);
        IReadOnlyList<StepChange> changes = StepComparer.Compare([Key], state);

        // sshd closes both pipes when the connection is gone; the script writes its complaint only then.
        host.Install("sha256sum", "sleep 0.5; echo wrong");
        host.Install("sudo", File.ReadAllText(Path.Combine(host.Root, "bin/sudo")).Replace("exec env", "env", StringComparison.Ordinal).TrimEnd() + " 2>&1 | head -n 2");

        await Assert.ThrowsAnyAsync<EtcdHaException>(() => host.Session.PlaceAsync(changes, state, TestContext.Current.CancellationToken));
        Assert.True(await EventuallyAsync(() => host.StagingDirectories.Length == 0));
        Assert.Equal("old key", host.Read(Key.Path));
    }

    [Fact]
    public async Task A_checksum_that_differs_is_refused()
    {
        await using TestHost host = await WithOldFilesAsync();
        host.Install("base64", "/usr/bin/base64 \"$@\" | sed 's/new key/odd key/'");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => host.ApplyAsync(Certificate, Key));

        Assert.Equal(
            $"{TestHost.HostName} failed to place files (exit code 74): the checksum of {Key.Path} differs after the transfer", error.Message);
        Assert.Equal(("old certificate", "old key"), (host.Read(Certificate.Path), host.Read(Key.Path)));
        Assert.Empty(host.StagingDirectories);
    }

    [Fact]
    public async Task A_full_disk_is_told_so_and_everything_stays_as_it_was()
    {
        await using TestHost host = await WithOldFilesAsync();
        host.Around(
            "mount -t tmpfs -o size=16k tmpfs /etc/kubernetes; mkdir /etc/kubernetes/pki; printf 'old key' > /etc/kubernetes/pki/server.key",
            $"ls -A /etc/kubernetes/pki > {host.Root}/listing; cp /etc/kubernetes/pki/server.key {host.Root}/key");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => host.ApplyAsync(Key with { Content = new byte[100_000] }));

        Assert.Equal("HostDiskFull", error.ErrorId);
        Assert.Contains("base64: write error: No space left on device; ", error.Message, StringComparison.Ordinal);
        Assert.Contains("; " + Key.Path + " could not be staged in /etc/kubernetes/pki/.etcdha.", error.Message, StringComparison.Ordinal);
        Assert.Equal("server.key\n", await File.ReadAllTextAsync(Path.Combine(host.Root, "listing"), TestContext.Current.CancellationToken));
        Assert.Equal("old key", await File.ReadAllTextAsync(Path.Combine(host.Root, "key"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_read_only_file_system_is_told_so()
    {
        await using TestHost host = await WithOldFilesAsync();
        host.Around("mount --bind /etc/kubernetes /etc/kubernetes && mount -o remount,ro,bind /etc/kubernetes");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => host.ApplyAsync(Key));

        Assert.Equal("HostReadOnly", error.ErrorId);
        Assert.Contains("/etc/kubernetes/pki/.etcdha.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mount -t tmpfs tmpfs /etc/kubernetes/pki/etcd")]
    [InlineData("mount --bind /etc/kubernetes/other /etc/kubernetes/pki/etcd")]
    public async Task A_target_in_another_mount_is_refused_because_a_rename_would_become_a_copy(string mount)
    {
        await using TestHost host = await WithOldFilesAsync();
        Directory.CreateDirectory(host["/etc/kubernetes/other"]);
        Directory.CreateDirectory(host["/etc/kubernetes/pki/etcd"]);
        host.Around(mount);
        FileStep file = Key with { Path = "/etc/kubernetes/pki/etcd/peer.key" };

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => host.ApplyAsync(Key, file));

        Assert.Equal("HostFileSystemsDiffer", error.ErrorId);
        Assert.StartsWith($"{TestHost.HostName}: /etc/kubernetes/pki/etcd is another file system", error.Message, StringComparison.Ordinal);
        Assert.Equal("old key", host.Read(Key.Path));
        Assert.Empty(host.StagingDirectories);
    }

    [Fact]
    public async Task Stage_and_target_in_the_same_fresh_mount_are_fine()
    {
        await using TestHost host = await WithOldFilesAsync();
        host.Around("mount -t tmpfs tmpfs /etc/kubernetes; mkdir /etc/kubernetes/pki", $"cp /etc/kubernetes/pki/server.key {host.Root}/key");

        await host.ApplyAsync(Key);

        Assert.Equal("new key\n", await File.ReadAllTextAsync(Path.Combine(host.Root, "key"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_rename_that_fails_between_two_says_where_it_stopped_and_a_rerun_finishes()
    {
        await using TestHost host = await WithOldFilesAsync();
        host.Install("mv", $"case $* in *{Key.Path}) echo 'mv: Operation not permitted' >&2; exit 1 ;; esac; exec /usr/bin/mv \"$@\"");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => host.ApplyAsync(Certificate, Key));

        Assert.EndsWith($"mv: Operation not permitted; stopped at {Key.Path}; the files before it are in place", error.Message, StringComparison.Ordinal);
        Assert.Equal(("new certificate\n", "old key"), (host.Read(Certificate.Path), host.Read(Key.Path)));
        Assert.Empty(host.StagingDirectories);

        host.Install("mv", "exec /usr/bin/mv \"$@\"");
        IReadOnlyList<StepChange> changes = await host.ApplyAsync(Certificate, Key);
        Assert.Equal([EtcdChange.Unchanged, EtcdChange.Updated], changes.Select(c => c.Change));
        Assert.Equal("new key\n", host.Read(Key.Path));
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task A_signal_while_staging_cleans_up_and_one_while_renaming_lets_both_files_go_in(string shell)
    {
        await using TestHost host = await WithOldFilesAsync(shell);
        HostState state = await host.Session.ObserveAsync([Certificate, Key], TestContext.Current.CancellationToken);
        host.Install("sudo", File.ReadAllText(Path.Combine(host.Root, "bin/sudo")).Replace("exec env", "exec setsid --wait env", StringComparison.Ordinal));
        host.Install("mkdir", "/usr/bin/mkdir \"$@\"; case $* in *.etcdha.*) kill -TERM 0; sleep 0.2 ;; esac");

        // Another one while it cleans up, as sudo passes them on.
        host.Install("rm", "case $* in *']') ;; *.etcdha.*) kill -TERM 0; kill -HUP 0 ;; esac; exec /usr/bin/rm \"$@\"");
        await Assert.ThrowsAnyAsync<EtcdHaException>(() => host.Session.PlaceAsync(StepComparer.Compare([Certificate, Key], state), state, TestContext.Current.CancellationToken));
        Assert.True(await EventuallyAsync(() => host.StagingDirectories.Length == 0));
        Assert.Equal(("old certificate", "old key"), (host.Read(Certificate.Path), host.Read(Key.Path)));

        host.Install("mkdir", "exec /usr/bin/mkdir \"$@\"");
        host.Install("mv", "case $* in *.etcdha.*) kill -TERM 0; kill -HUP 0 ;; esac; exec /usr/bin/mv \"$@\"");
        await Assert.ThrowsAnyAsync<EtcdHaException>(() => host.Session.PlaceAsync(StepComparer.Compare([Certificate, Key], state), state, TestContext.Current.CancellationToken));
        Assert.True(await EventuallyAsync(() => host.StagingDirectories.Length == 0));
        Assert.Equal(("new certificate\n", "new key\n"), (host.Read(Certificate.Path), host.Read(Key.Path)));
    }

    [Fact]
    public async Task What_a_power_cut_left_of_an_old_staging_goes_and_that_of_a_run_going_on_stays()
    {
        await using TestHost host = await WithOldFilesAsync();
        host.Write("/etc/kubernetes/pki/.etcdha.AAAAAAAA/0", "key");
        host.Write("/etc/kubernetes/pki/.etcdha.BBBBBBBB/0", "key");
        TestHost.Run("touch", "-d", "-2 hours", host["/etc/kubernetes/pki/.etcdha.AAAAAAAA"]);

        await host.ApplyAsync(Key);

        Assert.Equal([".etcdha.BBBBBBBB"], host.StagingDirectories.Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_manifest_that_a_power_cut_left_empty_is_repaired_by_a_rerun()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write(MemberSteps.ManifestPath, "", "600");
        HostStep[] steps = [.. MemberSteps.StaticPod(Topology.Samples.Page(), "manifest\n")];

        IReadOnlyList<StepChange> changes = await host.ApplyAsync(steps);

        Assert.Equal((EtcdChange.Updated, "content differs"), (changes[^1].Change, changes[^1].Reason));
        Assert.Equal("manifest\n", host.Read(MemberSteps.ManifestPath));
        Assert.Equal(["etcd.yaml"], Directory.GetFileSystemEntries(host["/etc/kubernetes/manifests"]).Select(Path.GetFileName));
    }

    // A process that lost its connection goes on for a moment.
    private static async Task<bool> EventuallyAsync(Func<bool> condition)
    {
        for (int i = 0; i < 100 && !condition(); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return condition();
    }

    private static async Task<TestHost> WithOldFilesAsync(string shell = "/usr/bin/dash")
    {
        TestHost host = await TestHost.CreateAsync(shell);
        host.Write(Certificate.Path, "old certificate");
        host.Write(Key.Path, "old key", "600");
        return host;
    }

    private static FileStep Step(string path, string content, int mode)
        => new(path, Encoding.UTF8.GetBytes(content), HostStep.RootOwner, mode, "/etc/kubernetes/pki");
}
