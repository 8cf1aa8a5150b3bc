using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdHa.Core.Ssh;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>known_hosts as OpenSSH itself reads it: ssh-keygen tells which lines are found, ssh what it makes of a key.</summary>
public sealed class KnownHostsOpenSshTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    private const string Keygen = "/usr/bin/ssh-keygen";

    private static readonly string[] Names =
        ["etcd-0", "etcd-1", "etcd-", "10.0.0.6", "10.0.0.66", "[10.0.0.6]:2222", "good.example.com", "bad.example.com", "fd00::6", "[fd00::6]:2222", "axbxc", "abc", "acb"];

    // %h is the host under test, %k its Ed25519 key, %b the key's base64; %w another Ed25519 key, %e and %r its ECDSA and RSA keys.
    [Theory]
    [InlineData("%h %k")]
    [InlineData("%h %k comment with words")]
    [InlineData("%h %w")]
    [InlineData("%h %e")]
    [InlineData("%h %w\n%h %k")]
    [InlineData("%h %k\n%h %w")]
    [InlineData("other %k")]
    [InlineData("%h ssh-rsa %b")]
    [InlineData("%h ssh-foo %b")]
    [InlineData("%h ssh-ed25519 AAAA")]
    [InlineData("%h ssh-ed25519")]
    [InlineData("%h 2048 65537 1234")]
    [InlineData("\"%h\" %k")]
    [InlineData("%h \"%k\"")]
    [InlineData("%h %k\r\n")]
    [InlineData("  %h\t\t%k")]
    [InlineData("@revoked %h %k")]
    [InlineData("@revoked * %k\n%h %k")]
    [InlineData("%h %k\n@revoked %h %w")]
    [InlineData("@revoked\t%h %k\n%h %k")]
    [InlineData("@revoked other %k\n%h %k")]
    [InlineData("@cert-authority %h %k")]
    [InlineData("@cert-authority * %w\n%h %k")]
    [InlineData("@cert-authority * %w\n%h %w")]
    [InlineData("@REVOKED %h %k\n%h %k")]
    [InlineData("127.0.0.1 %k")]
    [InlineData("127.0.0.1 %w")]
    [InlineData("@revoked 127.0.0.1 %k")]
    [InlineData("%h,!%h %k")]
    [InlineData("!127.0.0.2,* %k")]
    [InlineData("#%h %k\n%h%k\n\n%h %k")]
    [InlineData("%h %k\0%h %w")]
    [InlineData("@revoked %h %c\n%h %k")]
    [InlineData("%h %c")]
    [InlineData("%h rsa-sha2-256 %r\n@revoked %h %r")]
    public void A_key_is_judged_as_ssh_judges_it(string text)
    {
        TestSshd sshd = fixture.Sshd;
        string path = sshd.PathOf("judged-" + Guid.NewGuid().ToString("N"));
        string key = sshd.PublicKey("host_ed25519");
        File.WriteAllText(path, text
            .Replace("%h", $"[127.0.0.1]:{sshd.Port}", StringComparison.Ordinal)
            .Replace("%k", key, StringComparison.Ordinal)
            .Replace("%b", key.Split(' ')[1], StringComparison.Ordinal)
            .Replace("%w", sshd.PublicKey("user"), StringComparison.Ordinal)
            .Replace("%c", string.Join(' ', File.ReadAllText(sshd.Certify("host_ed25519", "ca", "-h", "-n", "other")).Split(' ')[..2]), StringComparison.Ordinal)
            .Replace("%e", sshd.PublicKey("host_ecdsa"), StringComparison.Ordinal)
            .Replace("%r", sshd.PublicKey("host_rsa").Split(' ')[1], StringComparison.Ordinal));
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [path] };

        HostKeyStatus ours = KnownHostsStore.Load(target).Check(target.KnownHostsName, SshHostKey.FromText(key.Split(' ')[0], key.Split(' ')[1])!).Status;

        Assert.Equal(sshd.Judge(path, "-o", "HostKeyAlgorithms=ssh-ed25519"), ours.ToString());
    }

    [Fact]
    public void Generated_files_are_read_line_by_line_as_ssh_keygen_reads_them()
    {
        TestSshd sshd = fixture.Sshd;
        string path = sshd.PathOf("generated");
        string[] keys = [sshd.PublicKey("host_ed25519"), sshd.PublicKey("host_ecdsa"), sshd.PublicKey("host_rsa")];
        int lines = 0;
        Prop.ForAll(FileOf(keys, Hashed(sshd, keys[0])).ToArbitrary(), Gen.Elements(Names).ToArbitrary(), (text, name) =>
        {
            File.WriteAllText(path, text, Encoding.Latin1);
            string found = TestSshd.Run(Keygen, "-l", "-F", name, "-f", path);
            int[] theirs = [.. Regex.Matches(found, @"found: line (\d+)").Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
            int[] ours = [.. KnownHostsFile.Parse(path, text).Entries.Where(entry => entry.Matches(name)).Select(entry => entry.Line)];
            lines += theirs.Length;
            return theirs.SequenceEqual(ours).Label($"{name}: ssh-keygen finds {string.Join(',', theirs)}, we {string.Join(',', ours)} in\n{text}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20260817UL, 4711UL));

        // Else the generator makes nothing that is ever found.
        Assert.InRange(lines, 200, int.MaxValue);
    }

    private static string[] Hashed(TestSshd sshd, string key)
    {
        string path = sshd.PathOf("hashed-names");
        File.WriteAllLines(path, ["etcd-0 " + key, "[10.0.0.6]:2222 " + key, "fd00::6 " + key]);
        TestSshd.Run(Keygen, "-q", "-H", "-f", path);
        return [.. File.ReadAllLines(path).Select(line => line.Split(' ')[0])];
    }

    private static Gen<string> FileOf(string[] keys, string[] hashed)
    {
        Gen<string> marker = Gen.Frequency(
            (12, Gen.Constant("")),
            (3, Gen.Elements("@revoked ", "@cert-authority ", "@revoked\t", "@cert-authority   ", "@odd ", "@", "@revoked @revoked ", "@revokedx ", "#", "# ", " ", "\t")));
        Gen<string> pattern = Gen.Elements(
            "etcd-0", "ETCD-0", "etcd-?", "*", "!etcd-0", "!*", "10.0.0.?", "10.0.0.6", "[10.0.0.6]:2222", "[10.0.0.6]:*", "*.example.com", "!bad.example.com",
            "fd00::6", "[fd00::6]:2222", "a*b*c", "", "!", "!!etcd-0", "\"etcd-0\"", "etcd-0\u00e9", "*\u00e9*", new string('*', 1022), new string('*', 1023), new string('a', 3000) + "*");
        Gen<string> host = Gen.Frequency(
            (5, pattern.NonEmptyListOf().Select(list => string.Join(',', list.Take(4)))),
            (3, Gen.Elements(hashed)),
            (1, Gen.Elements([.. hashed.Select(text => text[..^1]), "|1|AAAA|AAAA", "|1|", "|", "|2|x|y", hashed[0] + "=", hashed[0] + ",etcd-0"])));
        Gen<string> separator = Gen.Frequency((9, Gen.Constant(" ")), (3, Gen.Elements("\t", "  ", " \t", "", "\r", "\u000b")));
        Gen<string> key = Gen.Elements(keys).SelectMany(text => Gen.Frequency((9, Gen.Constant(text)), (4, Gen.Elements(Damaged(text)))));
        Gen<string> rest = Gen.Elements("", " comment", " a b c", "\r", "\t", " #", "=", "\0 etcd-0", "\u00e9");
        Gen<string> end = Gen.Elements("\n", "\n", "\n", "\r\n", "\n\n", "\r");
        Gen<string> line = from m in marker
                           from h in host
                           from s in separator
                           from k in key
                           from r in rest
                           from e in end
                           select m + h + s + k + r + e;
        return line.ListOf().Select(lines => string.Concat(lines.Take(20)));
    }

    private static string[] Damaged(string key)
    {
        string type = key.Split(' ')[0];
        string base64 = key.Split(' ')[1];
        return
        [
            $"{type}\t{base64}", $"{type} {base64[..^4]}", $"{type} {base64[..^1]}", $"{type} {base64}AAAA", $"{type} {base64[..20]}\r{base64[20..]}", $"{type} {base64[..20]}\u000b{base64[20..]}",
            $"{type} {base64[..20]} {base64[20..]}", $"{type} {base64[..20]}-{base64[20..]}", $"{type} {base64}=", $"ssh-rsa {base64}", $"ssh-ed25519 {base64}", $"rsa-sha2-512 {base64}",
            $"ecdsa-sha2-nistp384 {base64}", $"ssh-foo {base64}", $"{type.ToUpperInvariant()} {base64}", type, base64, $"{type} #{base64}", "", "1024 35 1234567", $"{type}  AAAA", $"{type} AAAAC3NzaC1lZDI1NTE5AAAAAA==",
        ];
    }
}
