using System.Security;

namespace EtcdHa.Core.Ssh;

/// <summary>Asks the user for secrets. Implemented where there is a user to ask.</summary>
public interface ISshSecretPrompt
{
    /// <summary>Asks for the passphrase of a private key.</summary>
    /// <param name="keyPath">The key's file.</param>
    /// <param name="isRepeated">True: the passphrase given before was wrong.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The passphrase, which the caller disposes; empty or null when the user gives none; null also when nobody can be asked.</returns>
    Task<SecureString?> AskPassphraseAsync(string keyPath, bool isRepeated, CancellationToken cancellationToken);
}
