using System.Buffers.Binary;

namespace EtcdHa.Core.Ssh;

/// <summary>Reads SSH's wire form (RFC 4251, 5) from front to back. Never throws: every method tells whether the bytes were there.</summary>
/// <param name="bytes">What is read.</param>
internal ref struct SshWireReader(ReadOnlySpan<byte> bytes)
{
    private readonly int _length = bytes.Length;
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True when everything was read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => _length - _rest.Length;

    /// <summary>Reads a string: four bytes of length, then the bytes themselves.</summary>
    /// <param name="value">Its bytes.</param>
    /// <returns>False when there are fewer bytes than it says.</returns>
    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out uint length) || length > (uint)(_rest.Length - sizeof(uint)))
        {
            return false;
        }

        value = _rest.Slice(sizeof(uint), (int)length);
        _rest = _rest[(sizeof(uint) + (int)length)..];
        return true;
    }

    /// <summary>Reads a number of four bytes.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False when there are fewer bytes.</returns>
    public bool TryReadUInt32(out uint value)
    {
        bool read = BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value);
        _rest = read ? _rest[sizeof(uint)..] : _rest;
        return read;
    }

    /// <summary>Reads a number of eight bytes.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False when there are fewer bytes.</returns>
    public bool TryReadUInt64(out ulong value)
    {
        bool read = BinaryPrimitives.TryReadUInt64BigEndian(_rest, out value);
        _rest = read ? _rest[sizeof(ulong)..] : _rest;
        return read;
    }
}
