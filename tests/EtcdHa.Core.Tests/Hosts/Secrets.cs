using System.Security;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>Secure strings for tests.</summary>
internal static class Secrets
{
    public static SecureString Secure(string text)
    {
        SecureString secret = new();
        Array.ForEach(text.ToCharArray(), secret.AppendChar);
        return secret;
    }
}
