using System.Collections.Concurrent;
using System.Security;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>
/// The identity files of one command: each is read once and its passphrase asked for once, however many hosts it logs in to at the same time.
/// Passphrases are not kept; the keys they open are, until the command ends.
/// </summary>
/// <param name="prompt">Asks the user; null: nobody can be asked.</param>
internal sealed class SshKeyRing(ISshSecretPrompt? prompt)
{
    // ssh_config(5), NumberOfPasswordPrompts.
    private const int MaximumQuestions = 3;

    private readonly ConcurrentDictionary<(string Path, SecureString? Passphrase), Entry> _entries = new();

    /// <summary>Reads an identity file, and opens it when its passphrase was given.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">The passphrase that was given; null: none was.</param>
    /// <param name="cancellationToken">Stops waiting for another who reads the same file.</param>
    /// <returns>What is known of the file.</returns>
    public Task<SshIdentityFile> ReadAsync(string path, SecureString? passphrase, CancellationToken cancellationToken) =>
        UseAsync(path, passphrase, file =>
        {
            file ??= SshKeyFiles.Read(path);
            return Task.FromResult(
                !file.IsEncrypted || file.Problem is not null || file.CanSign ? file
                : passphrase is not null ? SshKeyFiles.Decrypt(path, passphrase)
                : prompt is null ? Refused(file)
                : file);
        }, cancellationToken);

    /// <summary>Opens an identity file with a passphrase the user is asked for. Who comes second gets what the first one got.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">The passphrase that was given, as for reading; null: none was.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>The file: it can sign, or has a problem: <c>SshPassphraseWrong</c>, <c>SshIdentityFileEncrypted</c>.</returns>
    public Task<SshIdentityFile> UnlockAsync(string path, SecureString? passphrase, CancellationToken cancellationToken) =>
        UseAsync(path, passphrase, async file => file is { CanSign: false, Problem: null } ? await AskAsync(file, cancellationToken).ConfigureAwait(false) : file!, cancellationToken);

    private async Task<SshIdentityFile> AskAsync(SshIdentityFile file, CancellationToken cancellationToken)
    {
        SshIdentityFile last = file;
        for (int question = 0; question < MaximumQuestions; question++)
        {
            using SecureString? answer = prompt is null
                ? null
                : await prompt.AskPassphraseAsync(file.Path, isRepeated: question > 0, cancellationToken).ConfigureAwait(false);
            if (answer is null or { Length: 0 })
            {
                return Refused(last);
            }

            last = SshKeyFiles.Decrypt(file.Path, answer);
            if (last.CanSign)
            {
                return last;
            }
        }

        return last;
    }

    private async Task<SshIdentityFile> UseAsync(
        string path, SecureString? passphrase, Func<SshIdentityFile?, Task<SshIdentityFile>> change, CancellationToken cancellationToken)
    {
        Entry entry = _entries.GetOrAdd((path, passphrase), _ => new Entry());
        await entry.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return entry.File = await change(entry.File).ConfigureAwait(false);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private static SshIdentityFile Refused(SshIdentityFile file) => new(file.Path, file.PublicKey)
    {
        IsEncrypted = true,
        Problem = file.Problem ?? new EtcdSshAuthenticationException("SshIdentityFileEncrypted", file.Path) { Subject = file.Path },
    };

    private sealed class Entry
    {
        // No wait handle is ever taken of it, so there is nothing to dispose.
        public SemaphoreSlim Turn { get; } = new(1);

        public SshIdentityFile? File { get; set; }
    }
}
