using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;

namespace EtcdHa.Core.Hosts.DataDirectory;

/// <summary>
/// What every file of etcd's write-ahead log says in its first records: the member and the cluster it belongs to. It never changes while a
/// member lives (etcd: server/storage/wal, encoder.go and wal.go; walpb.Record, etcdserverpb.Metadata).
/// </summary>
/// <param name="MemberId">Metadata.NodeID.</param>
/// <param name="ClusterId">Metadata.ClusterID.</param>
public readonly record struct WalMetadata(ulong MemberId, ulong ClusterId)
{
    /// <summary>So many bytes from the beginning of a file hold the record: two frames of some thirty bytes each.</summary>
    public const int HeadLength = 256;

    private const int LengthFieldSize = 8;
    private const long MetadataType = 1;
    private const long CrcType = 4;

    /// <summary>Reads the beginning of a file of the log.</summary>
    /// <param name="head">At least the first <see cref="HeadLength"/> bytes, or all there are.</param>
    /// <returns>The IDs; null when the file is empty, cut, damaged (its checksum is verified) or none of etcd's.</returns>
    public static WalMetadata? Read(ReadOnlySpan<byte> head)
    {
        uint crc = 0;
        while (head.Length >= LengthFieldSize)
        {
            // The length is the low 7 bytes; the sign tells that the top byte counts the bytes of padding.
            ulong field = BinaryPrimitives.ReadUInt64LittleEndian(head);
            ulong length = field & 0x00FF_FFFF_FFFF_FFFF;
            ulong padding = (long)field < 0 ? (field >> 56) & 7 : 0;
            if (length == 0 || length + padding > (ulong)(head.Length - LengthFieldSize))
            {
                return null;
            }

            if (ReadRecord(head.Slice(LengthFieldSize, (int)length)) is not { } record)
            {
                return null;
            }

            if (record.Type == MetadataType)
            {
                return Checksum(crc, record.Data) == record.Crc ? ReadIds(record.Data) : null;
            }

            if (record.Type != CrcType)
            {
                return null;
            }

            crc = record.Crc;
            head = head[(LengthFieldSize + (int)(length + padding))..];
        }

        return null;
    }

    // Go's crc32.Update over the Castagnoli polynomial.
    private static uint Checksum(uint seed, byte[] data)
    {
        uint crc = ~seed;
        foreach (byte b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    private static (long Type, uint Crc, byte[] Data)? ReadRecord(ReadOnlySpan<byte> bytes)
    {
        long type = 0;
        uint crc = 0;
        byte[] data = [];
        bool isWhole = Read(bytes, (input, tag) =>
        {
            switch (tag)
            {
                case 1 << 3: type = input.ReadInt64(); return true;
                case 2 << 3: crc = input.ReadUInt32(); return true;
                case (3 << 3) | 2: data = input.ReadBytes().ToByteArray(); return true;
                default: return false;
            }
        });
        return isWhole ? (type, crc, data) : null;
    }

    private static WalMetadata? ReadIds(byte[] bytes)
    {
        ulong? member = null, cluster = null;
        bool isWhole = Read(bytes, (input, tag) =>
        {
            switch (tag)
            {
                case 1 << 3: member = input.ReadUInt64(); return true;
                case 2 << 3: cluster = input.ReadUInt64(); return true;
                default: return false;
            }
        });
        return isWhole && member is { } m && cluster is { } c ? new WalMetadata(m, c) : null;
    }

    // A message of known fields only; anything else is no message of etcd's.
    private static bool Read(ReadOnlySpan<byte> bytes, Func<CodedInputStream, uint, bool> field)
    {
        using var input = new CodedInputStream(bytes.ToArray());
        try
        {
            while (input.ReadTag() is uint tag and not 0)
            {
                if (!field(input, tag))
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
