using System.Runtime.InteropServices;
using System.Security;
using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>Lends the text of a secret for one call and zeroes it afterwards.</summary>
internal static class SecretText
{
    /// <summary>Gives a secret to what only takes a string.</summary>
    /// <typeparam name="T">What comes back.</typeparam>
    /// <param name="secret">The secret.</param>
    /// <param name="use">Uses the text and must not keep it: it is zeroed, although .NET calls strings immutable.</param>
    /// <returns>What <paramref name="use"/> returns.</returns>
    public static T Use<T>(SecureString secret, Func<string, T> use)
    {
        string text = Copy(secret);
        try
        {
            return use(text);
        }
        finally
        {
            Zero(text);
        }
    }

    /// <summary>A secret in UTF-8.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>A buffer that the caller zeroes.</returns>
    public static byte[] Utf8(SecureString secret) => Use(secret, Encoding.UTF8.GetBytes);

    /// <summary>The text itself, for who cannot say when its use ends.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>A string of its own, to be given to <see cref="Zero"/>.</returns>
    public static string Copy(SecureString secret)
    {
        nint copy = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Marshal.PtrToStringUni(copy, secret.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(copy);
        }
    }

    /// <summary>Zeroes a string that <see cref="Copy"/> made.</summary>
    /// <param name="text">The string.</param>
    public static void Zero(string text) => MemoryMarshal.AsMemory(text.AsMemory()).Span.Clear();
}
