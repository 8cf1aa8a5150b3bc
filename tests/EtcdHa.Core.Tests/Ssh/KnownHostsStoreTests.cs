using System.Text;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>known_hosts files on disk: reading with a bound, adding a key.</summary>
public sealed class KnownHostsStoreTests : IDisposable
{
    private static readonly SshHostKey Right = HostKeys.Ed25519(1);
    private static readonly SshHostKey Wrong = HostKeys.Ed25519(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcdha-known-");

    private string Known => Path.Combine(_folder.FullName, "known_hosts");

    [Fact]
    public async Task Many_writers_at_once_lose_no_key_and_mend_the_missing_last_newline()
    {
        await File.WriteAllTextAsync(Known, $"first {Right}", TestContext.Current.CancellationToken);

        HostKeyVerdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => KnownHostsStore.Append(Known, KnownHostsName.Of("Host-" + (i / 2), 2222), Right))));

        string text = await File.ReadAllTextAsync(Known, TestContext.Current.CancellationToken);
        string[] lines = text.Split('\n');
        Assert.All(verdicts, verdict => Assert.Equal(HostKeyStatus.Trusted, verdict.Status));
        Assert.All(verdicts, verdict => Assert.Equal($"{verdict.Entry!.Hosts} {Right}", lines[verdict.Entry.Line - 1]));
        Assert.Equal(($"first {Right}", ""), (lines[0], lines[^1]));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"[host-{i}]:2222 {Right}"), lines[1..^1].Order(StringComparer.Ordinal));
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void A_writer_who_finds_another_key_recorded_meanwhile_does_not_add_its_own()
    {
        KnownHostsStore.Append(Known, KnownHostsName.Of("etcd-0", 22), Wrong);

        HostKeyVerdict verdict = KnownHostsStore.Append(Known, KnownHostsName.Of("etcd-0", 22), Right);

        Assert.Equal((HostKeyStatus.Changed, 1), (verdict.Status, verdict.Entry!.Line));
        Assert.Equal($"etcd-0 {Wrong}\n", File.ReadAllText(Known));
    }

    [Fact]
    public void A_link_is_followed_also_to_a_file_that_is_not_there_yet()
    {
        string real = Path.Combine(_folder.FullName, "real");
        File.CreateSymbolicLink(Known, real);

        KnownHostsStore.Append(Known, KnownHostsName.Of("etcd-0", 22), Right);
        KnownHostsStore.Append(Known, KnownHostsName.Of("etcd-1", 22), Right);

        Assert.Equal($"etcd-0 {Right}\netcd-1 {Right}\n", File.ReadAllText(real));
        Assert.Equal(real, File.ResolveLinkTarget(Known, true)!.FullName);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix");
        Assert.Equal("600", TestSshd.Run("/usr/bin/stat", "-c", "%a", real).Trim());
    }

    [Fact]
    public void What_is_not_UTF8_in_the_file_stays_as_it_is()
    {
        byte[] before = [.. Encoding.ASCII.GetBytes($"host {Wrong} caf"), 0xE9, 0xFF];
        File.WriteAllBytes(Known, before);

        KnownHostsStore.Append(Known, KnownHostsName.Of("é", 22), Right);

        Assert.Equal([.. before, .. Encoding.UTF8.GetBytes($"\né {Right}\n")], File.ReadAllBytes(Known));
    }

    [Fact]
    public void A_hashed_name_is_found_again_and_by_ssh_keygen_too()
    {
        HostKeyVerdict added = KnownHostsStore.Append(Known, KnownHostsName.Of("Etcd-0", 2222), Right, hashed: true);
        HostKeyVerdict again = KnownHostsStore.Append(Known, KnownHostsName.Of("etcd-0", 2222), Right, hashed: true);

        Assert.Equal((HostKeyStatus.Trusted, HostKeyStatus.Trusted), (added.Status, again.Status));
        string line = Assert.Single(File.ReadAllLines(Known));
        Assert.StartsWith("|1|", line, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd", line, StringComparison.OrdinalIgnoreCase);
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-keygen"), "ssh-keygen is not installed");
        Assert.Contains("found: line 1", TestSshd.Run("/usr/bin/ssh-keygen", "-F", "[etcd-0]:2222", "-f", Known), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_takes_no_line_is_an_error_and_null_device_forgets()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the paths are Linux's");

        Assert.Equal("SshKnownHostsUnwritable", Assert.Throws<EtcdSshHostKeyException>(() => KnownHostsStore.Append("/proc/version", KnownHostsName.Of("etcd-0", 22), Right)).ErrorId);
        Assert.Equal("SshKnownHostsUnwritable", Assert.Throws<EtcdSshHostKeyException>(() => KnownHostsStore.Append(_folder.FullName, KnownHostsName.Of("etcd-0", 22), Right)).ErrorId);
        Assert.Equal(HostKeyStatus.Trusted, KnownHostsStore.Append("/dev/null", KnownHostsName.Of("etcd-0", 22), Right).Status);
        Assert.Equal(HostKeyStatus.Trusted, KnownHostsStore.Append("/dev/null", KnownHostsName.Of("etcd-0", 22), Wrong).Status);
    }

    [Fact]
    public void A_file_without_end_or_too_long_is_refused_and_one_long_line_is_not()
    {
        ResolvedSshTarget target = new("etcd-0", 22, "me", [], [Known], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(1));
        File.WriteAllText(Known, "# " + new string('x', 5 << 20) + $"\netcd-0 {Right}\n");

        Assert.Equal(2, KnownHostsStore.Load(target).Check(target.KnownHostsName, Right).Entry!.Line);

        File.AppendAllText(Known, new string('\n', KnownHostsStore.MaximumLength));
        EtcdSshHostKeyException error = Assert.Throws<EtcdSshHostKeyException>(() => KnownHostsStore.Load(target));
        Assert.Equal("SshKnownHostsUnreadable", error.ErrorId);
        Assert.Contains("longer than 16 MiB", error.Message, StringComparison.Ordinal);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/zero is Unix's");
        Assert.Equal("SshKnownHostsUnreadable", Assert.Throws<EtcdSshHostKeyException>(() => KnownHostsStore.Load(target with { KnownHostsFiles = ["/dev/zero"] })).ErrorId);
    }

    [Fact]
    public void Revoked_keys_are_read_also_for_a_pinned_host_and_a_list_that_is_none_is_an_error()
    {
        string list = Path.Combine(_folder.FullName, "revoked");
        ResolvedSshTarget target = new("etcd-0", 22, "me", [], [Known], EtcdHostKeyPolicy.Pinned, Right.Fingerprint, TimeSpan.FromSeconds(1)) { RevokedHostKeysFiles = [list] };

        string Unusable() => Assert.Throws<EtcdSshHostKeyException>(() => KnownHostsStore.Load(target)).Message;

        Assert.Contains("Could not find", Unusable(), StringComparison.Ordinal);
        File.WriteAllText(list, $"etcd-0 {Right}\n");
        Assert.Contains("line 1 is no public key", Unusable(), StringComparison.Ordinal);
        File.WriteAllText(list, "SSHKRL\n\0\0\0\0\u0001");
        Assert.Contains("KRL", Unusable(), StringComparison.Ordinal);
        File.WriteAllText(list, $"# stolen\n{Right} etcd-0\n");
        Assert.Equal(HostKeyStatus.Revoked, KnownHostsStore.Load(target).Check(target.KnownHostsName, Right).Status);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
