using System.Buffers.Binary;
using System.Text;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Public keys in wire form, made of one number each: whole, and nobody's.</summary>
internal static class HostKeys
{
    public static SshHostKey Ed25519(byte seed) => Make("ssh-ed25519", Filled(32, seed));

    public static SshHostKey Rsa(byte seed) => Make("ssh-rsa", [1, 0, 1], [0, .. Filled(256, (byte)(seed | 0x80))]);

    public static SshHostKey Make(string type, params byte[][] fields) =>
        SshHostKey.FromBlob([.. fields.Prepend(Encoding.ASCII.GetBytes(type)).SelectMany(Field)])!;

    private static byte[] Filled(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    private static byte[] Field(byte[] bytes)
    {
        byte[] field = new byte[sizeof(int) + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, bytes.Length);
        bytes.CopyTo(field, sizeof(int));
        return field;
    }
}
