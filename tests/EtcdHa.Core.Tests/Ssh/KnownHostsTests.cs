using System.Text;
using System.Text.RegularExpressions;
using EtcdHa.Core.Ssh;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Ssh;

public sealed class KnownHostsTests
{
    private static readonly SshHostKey Right = Key("ssh-ed25519", 1);
    private static readonly SshHostKey Wrong = Key("ssh-ed25519", 2);
    private static readonly SshHostKey OtherType = Key("ssh-rsa", 3);

    // %r, %w and %o are the right key, another of the same type, one of another type.
    [Theory]
    [InlineData("etcd-0 %r", "Trusted:1")]
    [InlineData("ETCD-0 %r comment", "Trusted:1")]
    [InlineData("  etcd-0\t%r", "Trusted:1")]
    [InlineData("a,etcd-0,b %r", "Trusted:1")]
    [InlineData("etcd-? %r", "Trusted:1")]
    [InlineData("*cd* %r", "Trusted:1")]
    [InlineData("* %r", "Trusted:1")]
    [InlineData("etcd-*,!etcd-0 %r", "Unknown")]
    [InlineData("!etcd-0,etcd-* %r", "Unknown")]
    [InlineData("!etcd-1,etcd-* %r", "Trusted:1")]
    [InlineData("!etcd-0 %r", "Unknown")]
    [InlineData("etcd-00 %r", "Unknown")]
    [InlineData("[etcd-0]:22 %r", "Unknown")]
    [InlineData("# etcd-0 %r", "Unknown")]
    [InlineData("#etcd-0 %r\n\netcd-0 %r", "Trusted:3")]
    [InlineData("etcd-0 %r\r", "Trusted:1")]
    [InlineData("etcd-0 %w", "Changed:1")]
    [InlineData("etcd-0 %o", "Changed:1")]
    [InlineData("etcd-0 %o\netcd-0 %w", "Changed:2")]
    [InlineData("etcd-0 %w\netcd-0 %r", "Trusted:2")]
    [InlineData("@revoked etcd-0 %r", "Revoked:1")]
    [InlineData("etcd-0 %r\n@revoked * %r", "Revoked:2")]
    [InlineData("etcd-0 %r\n@revoked * %w", "Trusted:1")]
    [InlineData("@revoked other %r", "Unknown")]
    [InlineData("@cert-authority etcd-0 %r", "Unknown")]
    [InlineData("@cert-authority etcd-0 %w", "Unknown")]
    [InlineData("@unknown etcd-0 %r", "Unknown")]
    [InlineData("@revoked @cert-authority etcd-0 %r", "Unknown")]
    [InlineData("etcd-0", "Unknown")]
    [InlineData("etcd-0 ssh-ed25519", "Unknown")]
    [InlineData("etcd-0 ssh-ed25519 AAAA", "Unknown")]
    [InlineData("etcd-0 ssh-rsa %b", "Unknown")]
    [InlineData("etcd-0 ssh-ed25519 not-base64!", "Unknown")]
    [InlineData("|1|bm8=|bm8= %r", "Unknown")]
    [InlineData("|2|AAAA|AAAA %r", "Unknown")]
    [InlineData("", "Unknown")]
    public void A_key_is_judged_as_OpenSSH_judges_it(string text, string verdict) =>
        Assert.Equal(verdict, Show(Parse(text).Check(KnownHosts.NameOf("Etcd-0", 22), Right)));

    [Theory]
    [InlineData("[fd00::6]:2222 %r", "Trusted:1")]
    [InlineData("[FD00::6]:* %r", "Trusted:1")]
    [InlineData("fd00::6 %r", "Trusted:1")]
    [InlineData("fd00::6 %w", "Unknown")]
    [InlineData("[fd00::6]:2222 %w\nfd00::6 %r", "Changed:1")]
    [InlineData("[fd00::6]:2223 %r", "Unknown")]
    [InlineData("@revoked fd00::6 %r", "Revoked:1")]
    public void Another_port_has_entries_of_its_own_and_falls_back_to_an_equal_key_without_port(string text, string verdict) =>
        Assert.Equal(verdict, Show(Parse(text).Check(KnownHosts.NameOf("fd00::6", 2222), Right)));

    [Fact]
    public void A_revocation_in_a_later_file_weighs_more_than_trust_in_the_first()
    {
        KnownHosts hosts = new([.. Parse("etcd-0 %r").Files, .. Parse("@revoked * %r").Files]);

        Assert.Equal(HostKeyStatus.Revoked, hosts.Check(KnownHosts.NameOf("etcd-0", 22), Right).Status);
    }

    [Fact]
    public void The_types_known_for_a_host_are_those_of_its_plain_keys()
    {
        KnownHosts hosts = Parse("etcd-0 %r\netcd-0 %o\n@cert-authority etcd-0 %w\nother %r");

        Assert.Equal(["ssh-ed25519", "ssh-rsa"], hosts.KnownTypes(KnownHosts.NameOf("etcd-0", 22)).Order());
        Assert.Equal(["ssh-ed25519", "ssh-rsa"], hosts.KnownTypes(KnownHosts.NameOf("etcd-0", 2222)).Order());
        Assert.Empty(hosts.KnownTypes(KnownHosts.NameOf("etcd-1", 22)));
    }

    [Fact]
    public void A_pattern_of_many_stars_is_matched_in_no_time()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 200)) + "b";

        Assert.Equal(HostKeyStatus.Unknown, Parse(pattern + " %r").Check(KnownHosts.NameOf(new string('a', 2000), 22), Right).Status);
    }

    [Fact]
    public async Task The_same_lines_match_as_ssh_keygen_finds()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-keygen"), "ssh-keygen is not installed");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("etcdha-known-");
        try
        {
            string key = Path.Combine(folder.FullName, "key");
            TestSshd.Run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
            string blob = string.Join(' ', (await File.ReadAllTextAsync(key + ".pub", TestContext.Current.CancellationToken)).Split(' ')[..2]);
            string path = Path.Combine(folder.FullName, "known_hosts");
            string[] hosts = ["etcd-0", "etcd-0,10.0.0.6", "[10.0.0.6]:2222", "*.example.com,!bad.example.com", "fd00::6", "[fd00::6]:2222", "10.0.0.?", "!etcd-0,etcd-*", "a*b*c", "*", "ETCD-0"];
            string hashed = Path.Combine(folder.FullName, "hashed");
            await File.WriteAllLinesAsync(hashed, [$"etcd-0 {blob}", $"[10.0.0.6]:2222 {blob}", $"fd00::6 {blob}"], TestContext.Current.CancellationToken);
            TestSshd.Run("/usr/bin/ssh-keygen", "-q", "-H", "-f", hashed);
            await File.WriteAllLinesAsync(
                path,
                [.. hosts.Select(host => $"{host} {blob} comment"), "# comment", "", .. await File.ReadAllLinesAsync(hashed, TestContext.Current.CancellationToken), $"@revoked etcd-* {blob}", $"@cert-authority *.example.com {blob}", $"@odd etcd-0 {blob}", "etcd-0"],
                TestContext.Current.CancellationToken);
            KnownHostsFile file = KnownHostsFile.Parse(path, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

            foreach (string name in (string[])["etcd-0", "etcd-1", "etcd-", "10.0.0.6", "10.0.0.66", "[10.0.0.6]:2222", "good.example.com", "bad.example.com", "fd00::6", "[fd00::6]:2222", "axbxc", "abc", "acb"])
            {
                int[] found = [.. Regex.Matches(TestSshd.Run("/usr/bin/ssh-keygen", "-F", name, "-f", path), @"found: line (\d+)").Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];

                Assert.Equal(found, file.Entries.Where(entry => entry.Matches(name)).Select(entry => entry.Line));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Many_writers_at_once_lose_no_key_and_mend_the_missing_last_newline()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("etcdha-known-");
        try
        {
            string path = Path.Combine(folder.FullName, "known_hosts");
            await File.WriteAllTextAsync(path, $"first {Right}", TestContext.Current.CancellationToken);

            HostKeyVerdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => KnownHostsStore.Append(path, KnownHosts.NameOf("Host-" + (i / 2), 2222), Right))));

            string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            string[] lines = text.Split('\n');
            Assert.All(verdicts, verdict => Assert.Equal(HostKeyStatus.Trusted, verdict.Status));
            Assert.All(verdicts, verdict => Assert.Equal($"{verdict.Entry!.Hosts} {Right}", lines[verdict.Entry.Line - 1]));
            Assert.Equal(($"first {Right}", ""), (lines[0], lines[^1]));
            Assert.Equal(Enumerable.Range(0, 10).Select(i => $"[host-{i}]:2222 {Right}"), lines[1..^1].Order(StringComparer.Ordinal));
            Assert.DoesNotContain('\r', text);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_writer_who_finds_another_key_recorded_meanwhile_does_not_add_its_own()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("etcdha-known-");
        try
        {
            string path = Path.Combine(folder.FullName, "known_hosts");
            KnownHostsStore.Append(path, KnownHosts.NameOf("etcd-0", 22), Wrong);

            HostKeyVerdict verdict = KnownHostsStore.Append(path, KnownHosts.NameOf("etcd-0", 22), Right);

            Assert.Equal("Changed:1", Show(verdict));
            Assert.Equal($"etcd-0 {Wrong}\n", File.ReadAllText(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("0000000B7373682D")]
    [InlineData("FFFFFFFF7373682D")]
    [InlineData("0000000100")]
    public void A_blob_without_a_type_is_no_key(string hex) => Assert.Null(SshHostKey.FromBlob(Convert.FromHexString(hex)));

    [Fact]
    public void No_text_makes_the_reader_throw()
    {
        Gen<string> word = Gen.Elements(
            "etcd-0", "%r", "%w", "%b", "ssh-ed25519", "@revoked", "@cert-authority", "@", "|1|", "|", "AAAA", "bm8=", "=", "*", "?", "!", ",", "[etcd-0]:22", "#", " ", "\t", "\n", "\r", "\0", "\ud800", "é");
        Prop.ForAll(word.ListOf().Select(words => string.Concat(words)).ToArbitrary(), text =>
        {
            KnownHosts hosts = Parse(text);
            hosts.KnownTypes(KnownHosts.NameOf("etcd-0", 2222));
            return Enum.IsDefined(hosts.Check(KnownHosts.NameOf("etcd-0", 22), Right).Status);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60));
    }

    private static KnownHosts Parse(string text) => new([KnownHostsFile.Parse(
        "known_hosts",
        text.Replace("%b", Right.ToString().Split(' ')[1], StringComparison.Ordinal).Replace("%r", Right.ToString(), StringComparison.Ordinal).Replace("%w", Wrong.ToString(), StringComparison.Ordinal).Replace("%o", OtherType.ToString(), StringComparison.Ordinal))]);

    private static string Show(HostKeyVerdict verdict) => verdict.Entry is null ? verdict.Status.ToString() : $"{verdict.Status}:{verdict.Entry.Line}";

    private static SshHostKey Key(string type, byte content) =>
        SshHostKey.FromBlob([0, 0, 0, (byte)type.Length, .. Encoding.ASCII.GetBytes(type), 0, 0, 0, 1, content])!;
}
