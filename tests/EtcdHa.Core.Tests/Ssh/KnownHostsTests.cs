using System.Text;
using EtcdHa.Core.Ssh;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Ssh;

public sealed class KnownHostsTests
{
    private static readonly SshHostKey Right = HostKeys.Ed25519(1);
    private static readonly SshHostKey Wrong = HostKeys.Ed25519(2);
    private static readonly SshHostKey OtherType = HostKeys.Rsa(3);

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
    [InlineData("etcd-0 ssh-ed25519 %t", "Unknown")]
    [InlineData("etcd-0 ssh-foo %f", "Unknown")]
    [InlineData("etcd-0 rsa-sha2-512 %a", "Changed:1")]
    [InlineData("etcd-0 %r\0garbage", "Trusted:1")]
    [InlineData("@revoked\tetcd-0\t%k", "Revoked:1")]
    [InlineData("@revoked\tetcd-0 %r", "Unknown")]
    [InlineData("#etcd-0 %r\r\n \t\r\n etcd-0 %r\r\n", "Trusted:3")]
    [InlineData("etcd-0 ssh-rsa %b", "Unknown")]
    [InlineData("etcd-0 ssh-ed25519 not-base64!", "Unknown")]
    [InlineData("|1|bm8=|bm8= %r", "Unknown")]
    [InlineData("|2|AAAA|AAAA %r", "Unknown")]
    [InlineData("", "Unknown")]
    public void A_key_is_judged_as_OpenSSH_judges_it(string text, string verdict) =>
        Assert.Equal(verdict, Show(Parse(text).Check(KnownHostsName.Of("Etcd-0", 22), Right)));

    [Theory]
    [InlineData("[fd00::6]:2222 %r", "Trusted:1")]
    [InlineData("[FD00::6]:* %r", "Trusted:1")]
    [InlineData("fd00::6 %r", "Trusted:1")]
    [InlineData("fd00::6 %w", "Unknown")]
    [InlineData("[fd00::6]:2222 %w\nfd00::6 %r", "Changed:1")]
    [InlineData("[fd00::6]:2223 %r", "Unknown")]
    [InlineData("@revoked fd00::6 %r", "Revoked:1")]
    public void Another_port_has_entries_of_its_own_and_falls_back_to_an_equal_key_without_port(string text, string verdict) =>
        Assert.Equal(verdict, Show(Parse(text).Check(KnownHostsName.Of("fd00::6", 2222), Right)));

    [Fact]
    public void A_revocation_in_a_later_file_weighs_more_than_trust_in_the_first()
    {
        KnownHosts hosts = new([.. Parse("etcd-0 %r").Files, .. Parse("@revoked * %r").Files]);

        Assert.Equal(HostKeyStatus.Revoked, hosts.Check(KnownHostsName.Of("etcd-0", 22), Right).Status);
    }

    [Fact]
    public void The_types_known_for_a_host_are_those_of_its_plain_keys()
    {
        KnownHosts hosts = Parse("etcd-0 %r\netcd-0 %o\n@cert-authority etcd-0 %w\nother %r");

        Assert.Equal(["ssh-ed25519", "ssh-rsa"], hosts.KnownTypes(KnownHostsName.Of("etcd-0", 22)).Order());
        Assert.Equal(["ssh-ed25519", "ssh-rsa"], hosts.KnownTypes(KnownHostsName.Of("etcd-0", 2222)).Order());
        Assert.Empty(hosts.KnownTypes(KnownHostsName.Of("etcd-1", 22)));
    }

    [Fact]
    public void Names_are_bytes_and_only_ASCII_has_case()
    {
        KnownHostsName name = KnownHostsName.Of("É-Host", 22);

        Assert.Equal(HostKeyStatus.Trusted, Parse(Bytes("É-HOST %r")).Check(name, Right).Status);
        Assert.Equal(HostKeyStatus.Unknown, Parse(Bytes("é-host %r")).Check(name, Right).Status);
        Assert.Equal(HostKeyStatus.Trusted, Parse("??-host %r").Check(name, Right).Status);
        Assert.Equal(HostKeyStatus.Unknown, Parse("?-host %r").Check(name, Right).Status);
    }

    [Theory]
    [InlineData("etcd-0", true)]
    [InlineData("fd00::6", true)]
    [InlineData("a,b", false)]
    [InlineData("a*", false)]
    [InlineData("!a", false)]
    [InlineData("|1|a", false)]
    [InlineData("@a", false)]
    [InlineData("#a", false)]
    [InlineData("a b", false)]
    [InlineData("a\nb", false)]
    public void A_name_that_would_be_read_back_as_another_is_not_recorded(string host, bool recordable)
    {
        Assert.Equal(recordable, KnownHostsName.Of(host, 22).IsRecordable);
        Assert.Equal(recordable, KnownHostsName.Of(host, 2222).IsRecordable);
        Assert.Equal(recordable, KnownHostsName.OfAlias(host).IsRecordable);
    }

    [Fact]
    public void A_pattern_longer_than_OpenSSH_reads_makes_its_line_match_nothing()
    {
        Assert.Equal(HostKeyStatus.Trusted, Parse(new string('*', 1022) + ",etcd-0 %r").Check(KnownHostsName.Of("etcd-0", 22), Right).Status);
        Assert.Equal(HostKeyStatus.Unknown, Parse(new string('*', 1023) + ",etcd-0 %r").Check(KnownHostsName.Of("etcd-0", 22), Right).Status);
    }

    [Fact]
    public void A_list_of_revoked_keys_revokes_for_every_host_and_must_be_readable_whole()
    {
        string text = $"# list\n\n  {Wrong} comment\r\n{Right}\n";
        KnownHosts hosts = new([KnownHostsFile.ParseRevoked("revoked", text, out int badLine), .. Parse("etcd-0 %r").Files]);

        Assert.Equal((0, "Revoked:4"), (badLine, Show(hosts.Check(KnownHostsName.Of("etcd-0", 22), Right))));
        Assert.Equal("Revoked:3", Show(hosts.Check(KnownHostsName.Of("other", 2222), Wrong)));
        Assert.Equal("Unknown", Show(hosts.Check(KnownHostsName.Of("other", 22), OtherType)));
        KnownHostsFile.ParseRevoked("revoked", text + "etcd-0 " + Right, out badLine);
        Assert.Equal(5, badLine);
    }

    [Fact]
    public void A_pattern_of_many_stars_is_matched_in_no_time()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 200)) + "b";

        Assert.Equal(HostKeyStatus.Unknown, Parse(pattern + " %r").Check(KnownHostsName.Of(new string('a', 2000), 22), Right).Status);
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
            hosts.KnownTypes(KnownHostsName.Of("etcd-0", 2222));
            return Enum.IsDefined(hosts.Check(KnownHostsName.Of("etcd-0", 22), Right).Status);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60));
    }

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static KnownHosts Parse(string text) => new([KnownHostsFile.Parse(
        "known_hosts",
        text.Replace("%t", Right.ToString().Split(' ')[1][..^4], StringComparison.Ordinal).Replace("%f", HostKeys.Make("ssh-foo", [1])!.ToString().Split(' ')[1], StringComparison.Ordinal).Replace("%a", OtherType.ToString().Split(' ')[1], StringComparison.Ordinal).Replace("%k", Right.ToString().Replace(' ', '\t'), StringComparison.Ordinal).Replace("%b", Right.ToString().Split(' ')[1], StringComparison.Ordinal).Replace("%r", Right.ToString(), StringComparison.Ordinal).Replace("%w", Wrong.ToString(), StringComparison.Ordinal).Replace("%o", OtherType.ToString(), StringComparison.Ordinal))]);

    private static string Show(HostKeyVerdict verdict) => verdict.Entry is null ? verdict.Status.ToString() : $"{verdict.Status}:{verdict.Entry.Line}";

}
