using Etcdserverpb;
using Google.Protobuf;

namespace EtcdHa.Core.Etcd;

/// <summary>
/// What a member's status says. Servers differ in what they tell: 3.3 has neither the applied index nor the size in use, 3.6 adds the
/// storage's version and quota. A field the server does not have is null, never a zero.
/// </summary>
internal static class EtcdStatus
{
    // Numbers of etcd's rpc.proto, StatusResponse; the generated message is older than these fields.
    private const int StorageVersionField = 11;
    private const int DbSizeQuotaField = 12;

    /// <summary>The row with the status; as it was when there is none.</summary>
    public static EtcdEndpointHealth AddTo(EtcdEndpointHealth row, StatusResponse? status)
    {
        if (status is null)
        {
            return row;
        }

        (string? storageVersion, long? quota) = Newer(status);
        return row with
        {
            Version = status.Version,
            MemberId = status.Header is { } header ? EtcdHealthText.Id(header.MemberId) : null,
            ClusterId = status.Header is { } same ? EtcdHealthText.Id(same.ClusterId) : null,
            IsLeader = status.Leader != 0 && status.Leader == status.Header?.MemberId,
            IsLearner = status.IsLearner,
            LeaderId = status.Leader == 0 ? null : EtcdHealthText.Id(status.Leader),
            RaftTerm = status.RaftTerm,
            RaftIndex = status.RaftIndex,
            RaftAppliedIndex = status.RaftAppliedIndex == 0 ? null : status.RaftAppliedIndex,
            DbSize = status.DbSize,
            DbSizeInUse = status.DbSizeInUse == 0 ? null : status.DbSizeInUse,
            DbSizeQuota = quota,
            StorageVersion = storageVersion,
        };
    }

    private static (string? StorageVersion, long? Quota) Newer(StatusResponse status)
    {
        string? storageVersion = null;
        long? quota = null;
        using var input = new CodedInputStream(status.ToByteArray());
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(StorageVersionField, WireFormat.WireType.LengthDelimited))
            {
                storageVersion = input.ReadString();
            }
            else if (tag == WireFormat.MakeTag(DbSizeQuotaField, WireFormat.WireType.Varint))
            {
                quota = input.ReadInt64();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return (storageVersion is "" ? null : storageVersion, quota is 0 ? null : quota);
    }
}
