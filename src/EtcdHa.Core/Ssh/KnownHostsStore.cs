using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>Reads known_hosts files from disk and adds a new host's key to one.</summary>
internal static class KnownHostsStore
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;
    private const int LockAttempts = 200;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(25);

    /// <summary>Reads the files that exist.</summary>
    /// <param name="paths">The paths in order.</param>
    /// <returns>Their entries; a file that is not there has none.</returns>
    /// <exception cref="EtcdSshHostKeyException">
    /// <c>SshKnownHostsUnreadable</c>: a file is there and cannot be read; it might revoke a key, so it is not passed over.
    /// </exception>
    public static KnownHosts Load(IReadOnlyList<string> paths)
    {
        List<KnownHostsFile> files = [];
        foreach (string path in paths)
        {
            try
            {
                // Shared in every way: reading takes no lock, so it never waits for a writer nor makes one wait.
                using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using StreamReader reader = new(stream, Encoding.UTF8);
                files.Add(KnownHostsFile.Parse(path, reader.ReadToEnd()));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new EtcdSshHostKeyException(e, "SshKnownHostsUnreadable", path, e.Message) { Subject = path };
            }
        }

        return new KnownHosts(files);
    }

    /// <summary>
    /// Adds a host's key to the end of a file, under an exclusive lock and in one write. Another writer may have been
    /// faster: the file is read again under the lock, and what it then says of the key is returned.
    /// </summary>
    /// <param name="path">The file; it and its folder are made, 0600 and 0700, when they are not there.</param>
    /// <param name="name">The host.</param>
    /// <param name="key">The key to add.</param>
    /// <returns>Trusted when the key is in the file now; else what another writer put there.</returns>
    /// <exception cref="EtcdSshHostKeyException"><c>SshKnownHostsUnwritable</c>: the key could not be recorded.</exception>
    public static HostKeyVerdict Append(string path, KnownHostsName name, SshHostKey key)
    {
        try
        {
            CreateFolder(Path.GetDirectoryName(path));
            using FileStream stream = OpenExclusive(path);
            using StreamReader reader = new(stream, Encoding.UTF8, false, -1, leaveOpen: true);
            string text = reader.ReadToEnd();
            KnownHostsFile file = KnownHostsFile.Parse(path, text);
            HostKeyVerdict verdict = new KnownHosts([file]).Check(name, key);
            if (verdict.Status != HostKeyStatus.Unknown)
            {
                return verdict;
            }

            string missingEnd = text.Length > 0 && !text.EndsWith('\n') ? "\n" : "";
            stream.Seek(0, SeekOrigin.End);
            stream.Write(Encoding.UTF8.GetBytes($"{missingEnd}{name} {key}\n"));
            stream.Flush(flushToDisk: true);
            int line = text.Count(c => c == '\n') + missingEnd.Length + 1;
            return new HostKeyVerdict(HostKeyStatus.Trusted, new KnownHostsEntry(path, line, KnownHostsMarker.None, name.Text, key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdSshHostKeyException(e, "SshKnownHostsUnwritable", path, e.Message) { Subject = path };
        }
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
            catch (IOException e) when (attempt < LockAttempts && e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                Thread.Sleep(LockPause);
            }
        }
    }
}
