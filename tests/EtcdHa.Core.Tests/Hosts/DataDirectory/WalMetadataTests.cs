using System.Globalization;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Tests.Etcd;

namespace EtcdHa.Core.Tests.Hosts.DataDirectory;

public sealed class WalMetadataTests
{
    [Fact]
    public async Task The_log_of_a_real_member_tells_the_ids_the_member_answers_with()
    {
        using var ca = new TestCa();
        await using TestEtcdCluster cluster = await TestEtcdCluster.StartAsync(ca);
        using EtcdClientCredentials credentials = ca.Client();
        EtcdEndpointHealth[] rows = await cluster.CheckAllAsync(credentials);

        Assert.All(rows.Index(), row =>
        {
            WalMetadata? read = WalMetadata.Read(WalOf(cluster.DataDirectory(row.Index)));
            Assert.Equal(
                (row.Item.MemberId, row.Item.ClusterId), (read?.MemberId.ToString("x", CultureInfo.InvariantCulture), read?.ClusterId.ToString("x", CultureInfo.InvariantCulture)));
        });
    }

    [Fact]
    public void A_log_of_etcd_3_4_is_read_by_its_first_bytes()
        => Assert.Equal(WalBytes.Ids, WalMetadata.Read(WalBytes.Head));

    [Fact]
    public void Whatever_is_cut_off_its_end_there_is_an_answer_and_it_is_never_a_wrong_one()
    {
        Assert.All(Enumerable.Range(0, WalBytes.Head.Length), length =>
            Assert.True(WalMetadata.Read(WalBytes.Head.AsSpan(0, length)) is not { } ids || ids == WalBytes.Ids, $"cut at {length}"));
        Assert.Null(WalMetadata.Read(WalBytes.Head.AsSpan(0, 40)));
    }

    [Fact]
    public void Whichever_byte_is_damaged_there_is_an_answer_and_it_is_never_a_wrong_one() =>
        Assert.All(Enumerable.Range(0, WalBytes.Head.Length), at =>
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. WalBytes.Head];
                damaged[at] ^= (byte)(1 << bit);
                Assert.True(WalMetadata.Read(damaged) is not { } ids || ids == WalBytes.Ids, $"byte {at}, bit {bit}");
            }
        });

    [Fact]
    public void What_is_none_of_etcds_is_not_read()
    {
        Assert.Null(WalMetadata.Read([]));
        Assert.Null(WalMetadata.Read(new byte[WalMetadata.HeadLength]));
        Assert.Null(WalMetadata.Read([.. Enumerable.Repeat((byte)0xff, WalMetadata.HeadLength)]));
        Assert.Null(WalMetadata.Read("SQLite format 3\0 and more of it, which is no log"u8));
        var random = new Random(2380);
        byte[] noise = new byte[WalMetadata.HeadLength];
        for (int i = 0; i < 1000; i++)
        {
            random.NextBytes(noise);
            Assert.Null(WalMetadata.Read(noise));
        }
    }

    private static byte[] WalOf(string dataDirectory)
    {
        using FileStream file = File.Open(
            Directory.GetFiles(Path.Join(dataDirectory, "member/wal"), "*.wal").Single(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] head = new byte[WalMetadata.HeadLength];
        file.ReadExactly(head);
        return head;
    }
}
