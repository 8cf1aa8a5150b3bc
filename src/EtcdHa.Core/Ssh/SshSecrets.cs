using System.Security;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// What a command was given for all its hosts. It counts where a target has no password, sudo password or passphrase of its own. Jump hosts
/// get the passphrase only: a password is sent to no host but those it was given for.
/// </summary>
/// <param name="UserName">Whose password it is: the user to log in as wherever the password counts.</param>
/// <param name="Password">The login password; null: none.</param>
/// <param name="SudoPassword">What sudo asks for; null: the login password.</param>
/// <param name="KeyPassphrase">The passphrase of encrypted identity files; null: none.</param>
public sealed record SshSecrets(string? UserName, SecureString? Password, SecureString? SudoPassword, SecureString? KeyPassphrase)
{
    /// <summary>Nothing was given.</summary>
    public static SshSecrets None { get; } = new(null, null, null, null);

    /// <summary>What of it a jump host gets.</summary>
    internal SshSecrets ForJumpHosts => new(null, null, null, KeyPassphrase);
}
