using System.Text;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>Directories and files really placed by /bin/sh.</summary>
public sealed class HostPlacementTests
{
    private const int Private = 0x180;
    private const int Readable = 0x1A4;

    private static readonly DirectoryStep Pki = new("/etc/kubernetes/pki", 0x1ED, Enforce: true);
    private static readonly FileStep Certificate = Step("/etc/kubernetes/pki/ca.crt", "certificate\n", Readable);
    private static readonly FileStep Key = Step("/etc/kubernetes/pki/ca.key", "key\n", Private);

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task Files_are_placed_with_content_owner_and_mode_in_directories_that_did_not_exist(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        var config = new FileStep("~/kubeadmcfg.yaml", Encoding.UTF8.GetBytes("config\n"), HostStep.SshUserOwner, Readable, "~");

        IReadOnlyList<StepChange> changes = await host.ApplyAsync(config, Pki, Certificate, Key);

        Assert.All(changes, c => Assert.Equal(EtcdChange.Created, c.Change));
        Assert.Equal(["config\n", "certificate\n", "key\n"], [host.Read("~/kubeadmcfg.yaml"), host.Read(Certificate.Path), host.Read(Key.Path)]);
        Assert.Equal("1000:1000 644 regular file", host.Stat("~/kubeadmcfg.yaml"));
        Assert.Equal("0:0 644 regular file", host.Stat(Certificate.Path));
        Assert.Equal("0:0 600 regular file", host.Stat(Key.Path));
        Assert.Equal("0:0 755 directory", host.Stat(Pki.Path));
        Assert.Equal("0:0 755 directory", host.Stat("/etc/kubernetes"));
        Assert.Empty(host.StagingDirectories);
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task What_is_already_right_is_not_even_sent(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        await host.ApplyAsync(Pki, Certificate, Key);
        string before = host.Snapshot();
        int sent = host.Traffic.Count;

        IReadOnlyList<StepChange> changes = await host.ApplyAsync(Pki, Certificate, Key);

        Assert.All(changes, c => Assert.Equal(EtcdChange.Unchanged, c.Change));
        Assert.Equal(sent + 1, host.Traffic.Count);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public async Task A_look_changes_nothing()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write("/etc/kubernetes/pki/ca.crt", "other", "600", "1000:1000");
        string before = host.Snapshot();

        HostStep[] steps = [Pki, Certificate, Key, new UnitStep("kubelet.service", [], "")];
        HostState state = await host.Session.ObserveAsync(steps, TestContext.Current.CancellationToken);
        IReadOnlyList<StepChange> changes = StepComparer.Compare(steps, state);

        Assert.Contains(changes, c => c.Change != EtcdChange.Unchanged);
        Assert.Equal(before, host.Snapshot());
        Assert.Empty(host.SystemctlCalls);
        Assert.Single(host.Traffic);
    }

    [Theory]
    [InlineData("other\n", "600", "0:0", "content differs")]
    [InlineData("key\n", "644", "0:0", "mode 0644, wanted 0600")]
    [InlineData("key\n", "600", "1000:1000", "owner ubuntu:ubuntu, wanted root:root")]
    [InlineData("", "600", "0:0", "content differs")]
    public async Task A_file_that_differs_is_replaced_by_another_one(string content, string mode, string owner, string reason)
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write(Key.Path, content, mode, owner);

        StepChange change = (await host.ApplyAsync(Key))[0];

        Assert.Equal((EtcdChange.Updated, reason), (change.Change, change.Reason));
        Assert.Equal("key\n", host.Read(Key.Path));
        Assert.Equal("0:0 600 regular file", host.Stat(Key.Path));
    }

    [Fact]
    public async Task An_existing_directory_gets_owner_and_mode_and_keeps_what_is_in_it()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write("/var/lib/etcd/member/wal", "data");
        TestHost.Run("chmod", "777", host["/var/lib/etcd"]);

        await host.ApplyAsync(new DirectoryStep("/var/lib/etcd", 0x1C0, Enforce: true));

        Assert.Equal("0:0 700 directory", host.Stat("/var/lib/etcd"));
        Assert.Equal("data", host.Read("/var/lib/etcd/member/wal"));
    }

    [Fact]
    public async Task Paths_with_spaces_quotes_and_dollars_are_taken_literally()
    {
        await using TestHost host = await TestHost.CreateAsync();
        const string folder = "/var/lib/it's \"here\" $(touch x) `id` * 100%";
        FileStep file = Step(folder + "/a b'c", "content", Private) with { StageIn = folder };

        await host.ApplyAsync(new DirectoryStep(folder, 0x1C0, Enforce: true), file);

        Assert.Equal("content", host.Read(file.Path));
        Assert.Equal([folder["/var/lib/".Length..], "etcdha"], Directory.GetFileSystemEntries(host["/var/lib/"]).Select(Path.GetFileName));
        Assert.All(await host.ApplyAsync(new DirectoryStep(folder, 0x1C0, Enforce: true), file), c => Assert.Equal(EtcdChange.Unchanged, c.Change));
    }

    [Fact]
    public async Task A_link_is_replaced_by_the_file_and_what_it_led_to_stays_as_it_is()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write("/etc/precious", "precious");
        Directory.CreateDirectory(host[Pki.Path]);
        File.CreateSymbolicLink(host[Key.Path], "/etc/precious");

        StepChange change = (await host.ApplyAsync(Key))[0];

        Assert.Equal((EtcdChange.Updated, "not a regular file"), (change.Change, change.Reason));
        Assert.Equal("0:0 600 regular file", host.Stat(Key.Path));
        Assert.Equal("precious", host.Read("/etc/precious"));
    }

    [Fact]
    public async Task Files_go_into_the_directory_a_link_leads_to()
    {
        await using TestHost host = await TestHost.CreateAsync();
        Directory.CreateDirectory(host["/etc/real"]);
        Directory.CreateDirectory(host["/etc/kubernetes"]);
        File.CreateSymbolicLink(host[Pki.Path], "/etc/real");

        await host.ApplyAsync(Pki, Key);

        Assert.Equal("key\n", host.Read("/etc/real/ca.key"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_lies_in_the_way_is_named_and_nothing_is_touched(bool directoryInTheWay)
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write(directoryInTheWay ? Key.Path + "/x" : Pki.Path, "");
        string before = host.Snapshot();

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => host.ApplyAsync(directoryInTheWay ? [Key] : [Pki]));

        Assert.Equal("HostPathBlocked", error.ErrorId);
        Assert.Equal($"{TestHost.HostName}: {(directoryInTheWay ? Key.Path + " is not a file." : Pki.Path + " is not a directory.")}", error.Message);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public async Task Binary_content_of_a_mebibyte_arrives_whole()
    {
        await using TestHost host = await TestHost.CreateAsync();
        byte[] content = [.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i * 31 >> 3))];

        await host.ApplyAsync(Pki, Key with { Content = content });

        Assert.Equal(content, File.ReadAllBytes(host[Key.Path]));
    }

    [Fact]
    public async Task The_home_is_found_without_getent()
    {
        await using TestHost host = await TestHost.CreateAsync();
        HideGetent(host);

        await host.ApplyAsync(new FileStep("~/x", "x"u8.ToArray(), HostStep.SshUserOwner, Readable, "~"));

        Assert.Equal("x", host.Read("~/x"));
    }

    [Fact]
    public async Task A_user_without_home_is_told_so_and_nothing_goes_to_the_root_directory()
    {
        await using TestHost host = await TestHost.CreateAsync();
        File.WriteAllText(host["/etc/passwd"], "root:x:0:0::/root:/bin/sh\nubuntu:x:1000:1000:::/bin/sh\n");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(
            () => host.ApplyAsync(new FileStep("~/x", "x"u8.ToArray(), HostStep.SshUserOwner, Readable, "~")));

        Assert.Equal($"{TestHost.HostName} failed to look at the host (exit code 73): the user ubuntu has no home directory", error.Message);
        Assert.False(File.Exists("/x"));
    }

    [Fact]
    public async Task No_content_shows_in_a_command_line()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Install("mv", "tr '\\000' ' ' < /proc/$PPID/cmdline >> /etc/seen; echo \"$@\" >> /etc/seen; exec /usr/bin/mv \"$@\"");

        await host.ApplyAsync(Pki, Key with { Content = "s3cret"u8.ToArray() });

        Assert.Equal("s3cret", host.Read(Key.Path));
        Assert.Contains(Key.Path, host.Read("/etc/seen"), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", host.Read("/etc/seen"), StringComparison.Ordinal);
        Assert.DoesNotContain("czNjcmV0", host.Read("/etc/seen"), StringComparison.Ordinal);
        Assert.All(host.Traffic, t => Assert.DoesNotContain("czNjcmV0", t.Command, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_placed_file_and_every_changed_directory_is_synced()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Install("sync", "case $* in */lib/etcdha*) ;; *) echo \"$@\" >> /etc/synced ;; esac; exec /usr/bin/sync \"$@\"");

        await host.ApplyAsync(Pki, Key);

        string[] synced = [.. File.ReadAllLines(host["/etc/synced"]).Select(l => l.Replace("-- ", "", StringComparison.Ordinal))];
        Assert.Equal("/etc/kubernetes /etc/", synced[0]);
        Assert.Equal("/etc/kubernetes/pki /etc/kubernetes/", synced[1]);
        Assert.Equal("/etc/kubernetes/pki", synced[^1]);
        Assert.Equal(4, synced.Length);
    }

    private static FileStep Step(string path, string content, int mode)
        => new(path, Encoding.UTF8.GetBytes(content), HostStep.RootOwner, mode, "/etc/kubernetes/pki");

    // command -v finds nothing when the program is a mask in the namespace: an unreadable, non-executable file over it.
    private static void HideGetent(TestHost host)
        => host.Around("mount --bind /dev/null /usr/bin/getent && ! command -v getent >/dev/null");
}
