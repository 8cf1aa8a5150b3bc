using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>Reads known_hosts files from disk and adds a new host's key to one.</summary>
internal static class KnownHostsStore
{
    /// <summary>The longest file that is read, in bytes: some 150 000 hosts.</summary>
    public const int MaximumLength = 16 << 20;

    private const string KrlMagic = "SSHKRL\n\0";
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;
    private const int LockAttempts = 200;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(25);

    // A file somebody else holds: EAGAIN on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] TakenErrors = [11, 35, 32];

    /// <summary>Reads what a target's host key is judged by: known_hosts, unless a fingerprint is pinned, and the revoked keys.</summary>
    /// <param name="target">Whose files.</param>
    /// <returns>Their entries; a known_hosts file that is not there has none.</returns>
    /// <exception cref="EtcdSshHostKeyException">
    /// <c>SshKnownHostsUnreadable</c>: a file is there and cannot be read, or is longer than 16 MiB; it might revoke a key, so it is not passed over.
    /// <c>SshRevokedKeysUnusable</c>: a list of revoked keys is not there, or is none.
    /// </exception>
    public static KnownHosts Load(ResolvedSshTarget target) => new(
    [
        .. target.HostKeyPolicy == EtcdHostKeyPolicy.Pinned ? [] : target.KnownHostsFiles.Select(LoadKnown).OfType<KnownHostsFile>(),
        .. target.RevokedHostKeysFiles.Select(LoadRevoked),
    ]);

    /// <summary>
    /// Adds a host's key to the end of a file, under an exclusive lock and in one write. Another writer may have been
    /// faster: the file is read again under the lock, and what it then says of the key is returned.
    /// ssh takes no lock; a line it adds in the same instant as the write is the one thing this cannot see.
    /// </summary>
    /// <param name="path">The file, or a link to it; it and its folder are made, 0600 and 0700, when they are not there.</param>
    /// <param name="name">The host.</param>
    /// <param name="key">The key to add.</param>
    /// <param name="hashed">True to hide the host's name (ssh_config(5), HashKnownHosts).</param>
    /// <returns>Trusted when the key is in the file now; else what another writer put there.</returns>
    /// <exception cref="EtcdSshHostKeyException"><c>SshKnownHostsUnwritable</c>: the key could not be recorded.</exception>
    public static HostKeyVerdict Append(string path, KnownHostsName name, SshHostKey key, bool hashed = false)
    {
        try
        {
            CreateFolder(Path.GetDirectoryName(path));
            using FileStream stream = OpenExclusive(path);
            string text = ReadText(stream, path);
            KnownHostsFile file = KnownHostsFile.Parse(path, text);
            HostKeyVerdict verdict = new KnownHosts([file]).Check(name, key);
            if (verdict.Status != HostKeyStatus.Unknown)
            {
                return verdict;
            }

            string missingEnd = text.Length > 0 && !text.EndsWith('\n') ? "\n" : "";
            string hosts = KnownHostsEntry.HostField(name, hashed);
            if (stream.CanSeek)
            {
                // Not so /dev/null, in which some forget every key.
                stream.Seek(0, SeekOrigin.End);
            }

            stream.Write(Encoding.Latin1.GetBytes($"{missingEnd}{hosts} {key}\n"));
            stream.Flush(flushToDisk: stream.CanSeek);
            int line = text.Count(c => c == '\n') + missingEnd.Length + 1;
            return new HostKeyVerdict(HostKeyStatus.Trusted, new KnownHostsEntry(path, line, KnownHostsMarker.None, hosts, key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new EtcdSshHostKeyException(e, "SshKnownHostsUnwritable", path, e.Message) { Subject = path };
        }
    }

    private static KnownHostsFile? LoadKnown(string path)
    {
        try
        {
            return KnownHostsFile.Parse(path, ReadFile(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdSshHostKeyException(e, "SshKnownHostsUnreadable", path, e.Message) { Subject = path };
        }
    }

    private static KnownHostsFile LoadRevoked(string path)
    {
        try
        {
            string text = ReadFile(path);
            KnownHostsFile file = KnownHostsFile.ParseRevoked(path, text, out int badLine);
            return text.StartsWith(KrlMagic, StringComparison.Ordinal) ? throw Unusable(null, "it is a key revocation list (KRL) of 'ssh-keygen -k'")
                : badLine > 0 ? throw Unusable(null, FormattableString.Invariant($"line {badLine} is no public key"))
                : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e, e.Message.TrimEnd('.'));
        }

        EtcdSshHostKeyException Unusable(Exception? cause, string reason) => new(cause, "SshRevokedKeysUnusable", path, reason) { Subject = path };
    }

    private static string ReadFile(string path)
    {
        // Shared in every way: reading takes no lock, so it never waits for a writer nor makes one wait.
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ReadText(stream, path);
    }

    // A character for each byte, as OpenSSH reads it: what is not UTF-8 stays what it is.
    private static string ReadText(FileStream stream, string path)
    {
        using StreamReader reader = new(stream, Encoding.Latin1, false, -1, leaveOpen: true);
        StringBuilder text = new();
        char[] buffer = new char[1 << 16];
        for (int length; (length = reader.Read(buffer)) > 0;)
        {
            text.Append(buffer, 0, length);
            if (text.Length > MaximumLength)
            {
                throw new IOException(FormattableString.Invariant($"'{path}' is longer than {MaximumLength >> 20} MiB."));
            }
        }

        return text.ToString();
    }

    private static void CreateFolder(string? folder)
    {
        if (folder is null || Directory.Exists(folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, PrivateFolder);
        }
    }

    private static FileStream OpenExclusive(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFile;
        }

        // FileShare.None is an advisory lock on Unix and a mandatory one on Windows: it holds between threads and processes,
        // and a taken one fails at once instead of waiting.
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException e) when (attempt < LockAttempts && TakenErrors.Contains(e.HResult & 0xFFFF))
            {
                Thread.Sleep(LockPause);
            }
        }
    }
}
