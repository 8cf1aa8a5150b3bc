using EtcdHa.Core.Etcd;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>Servers of every etcd 3 answer with what they have, and nothing else is expected of them.</summary>
public sealed class EtcdGenerationTests : IDisposable
{
    private static readonly ResponseHeader Header = new() { ClusterId = 0xb820765565247b8f, MemberId = 0xf4b8d9506752fd3, RaftTerm = 2 };

    private readonly TestCa _ca = new();
    private readonly EtcdClientCredentials _credentials;

    public EtcdGenerationTests() => _credentials = _ca.Client();

    public void Dispose()
    {
        _credentials.Dispose();
        _ca.Dispose();
    }

    [Fact]
    public async Task Etcd_3_3_tells_neither_applied_index_nor_size_in_use()
    {
        EtcdEndpointHealth row = await CheckAsync(new()
        {
            [ScriptedEtcd.Range] = new RangeResponse { Header = Header },
            [ScriptedEtcd.Alarm] = new AlarmResponse { Header = Header },
            [ScriptedEtcd.Status] = new StatusResponse { Header = Header, Version = "3.3.27", DbSize = 20480, Leader = Header.MemberId, RaftIndex = 8, RaftTerm = 2 },
        });

        Assert.True(row.Healthy, row.Error);
        Assert.Equal(("3.3.27", 20480L, 8UL, true, false), (row.Version, row.DbSize, row.RaftIndex, row.IsLeader, row.IsLearner));
        Assert.Equal((null, null, null, null), (row.RaftAppliedIndex, row.DbSizeInUse, row.DbSizeQuota, row.StorageVersion));
        Assert.Equal(("f4b8d9506752fd3", "b820765565247b8f"), (row.MemberId, row.ClusterId));
    }

    [Fact]
    public async Task Etcd_3_6_tells_quota_storage_version_and_size_in_use()
    {
        var status = new StatusResponse { Header = Header, Version = "3.6.5", DbSize = 20480, DbSizeInUse = 16384, RaftAppliedIndex = 7, IsLearner = true, Leader = 1 };

        EtcdEndpointHealth row = await CheckAsync(new()
        {
            [ScriptedEtcd.Range] = new RangeResponse { Header = Header },
            [ScriptedEtcd.Alarm] = new AlarmResponse { Header = Header },
            [ScriptedEtcd.Status] = status.ToByteArray().Concat(Newer("3.6.0", 2147483648)).ToArray(),
        });

        Assert.True(row.Healthy, row.Error);
        Assert.Equal(("3.6.0", 2147483648L, 16384L, 7UL, true), (row.StorageVersion, row.DbSizeQuota, row.DbSizeInUse, row.RaftAppliedIndex, row.IsLearner));
        Assert.Equal((false, "1"), (row.IsLeader, row.LeaderId));
    }

    [Fact]
    public async Task What_a_server_does_not_offer_is_no_error()
    {
        EtcdEndpointHealth row = await CheckAsync(new() { [ScriptedEtcd.Range] = new RangeResponse { Header = Header } });

        Assert.True(row.Healthy, row.Error);
        Assert.Equal(("", null, 0), (row.Error, row.Version, row.Alarm.Count));
    }

    [Fact]
    public async Task An_alarm_list_that_fails_is_not_one_that_is_not_offered()
    {
        EtcdEndpointHealth row = await CheckAsync(new()
        {
            [ScriptedEtcd.Range] = new RangeResponse { Header = Header },
            [ScriptedEtcd.Alarm] = StatusCode.Internal,
        });

        Assert.Equal((false, "Unable to fetch the alarm list"), (row.Healthy, row.Error));
    }

    [Fact]
    public async Task A_status_without_a_header_has_no_ids()
    {
        EtcdEndpointHealth row = await CheckAsync(new()
        {
            [ScriptedEtcd.Range] = new RangeResponse(),
            [ScriptedEtcd.Status] = new StatusResponse { Version = "3.5.30" },
        });

        Assert.True(row.Healthy, row.Error);
        Assert.Equal(("3.5.30", null, null, false, null), (row.Version, row.MemberId, row.ClusterId, row.IsLeader, row.LeaderId));
    }

    [Fact]
    public async Task A_server_without_the_key_value_service_is_not_healthy()
    {
        EtcdEndpointHealth row = await CheckAsync(new() { [ScriptedEtcd.Status] = new StatusResponse { Header = Header, Version = "3.5.30" } });

        Assert.Equal((false, "unknown method", "3.5.30"), (row.Healthy, row.Error, row.Version));
    }

    [Fact]
    public async Task Learners_are_told_where_there_are_some()
    {
        await using ScriptedEtcd etcd = await ScriptedEtcd.StartAsync(_ca, new Dictionary<string, object>
        {
            [ScriptedEtcd.MemberList] = new MemberListResponse { Members = { new Member { ID = 1, Name = "a" }, new Member { ID = 2, IsLearner = true } } },
        });

        IReadOnlyList<EtcdClusterMember> members = await new EtcdHealthClient().ListMembersAsync(etcd.Endpoint, _credentials, TimeSpan.FromSeconds(20));

        Assert.Equal([("1", false), ("2", true)], members.Select(m => (m.Id, m.IsLearner)));
    }

    // Fields 11, 12 and 13 of rpc.proto, which the generated message does not know: storageVersion, dbSizeQuota, downgradeInfo.
    private static byte[] Newer(string storageVersion, long quota)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(11, WireFormat.WireType.LengthDelimited);
        output.WriteString(storageVersion);
        output.WriteTag(12, WireFormat.WireType.Varint);
        output.WriteInt64(quota);
        output.WriteTag(13, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(8, 1));
        output.Flush();
        return bytes.ToArray();
    }

    private async Task<EtcdEndpointHealth> CheckAsync(Dictionary<string, object> answers)
    {
        await using ScriptedEtcd etcd = await ScriptedEtcd.StartAsync(_ca, answers);
        return await new EtcdHealthClient().CheckAsync(etcd.Endpoint, _credentials, TimeSpan.FromSeconds(20));
    }
}
