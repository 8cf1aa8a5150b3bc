using System.Security.Cryptography;

namespace EtcdHa.Core.Staging;

/// <summary>
/// Reads and writes below one folder that holds private keys. No symbolic link is followed: a link could lead a key
/// to where others read it, or a write to a file that is not ours. Every file has its mode from the start and appears
/// whole, by a rename. It is not synced: after a power cut a file may be empty, which the next run reports.
/// </summary>
internal sealed class StagingFiles(string root)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;
    private const UnixFileMode NotOwner = (UnixFileMode)0x3F;

    /// <summary>A file's bytes; null when there is none.</summary>
    public byte[]? Read(string path) => Guard(path, () =>
    {
        CheckFolders(Path.GetDirectoryName(path)!);
        return IsFile(path) ? File.ReadAllBytes(path) : null;
    });

    /// <summary>Whether there is a file.</summary>
    public bool Exists(string path) => Guard(path, () =>
    {
        CheckFolders(Path.GetDirectoryName(path)!);
        return IsFile(path);
    });

    /// <summary>Writes a file, unless it has these bytes already.</summary>
    /// <param name="path">Where to, below the root.</param>
    /// <param name="content">What.</param>
    /// <param name="secret">True: mode 0600; false: 0644 (both less the umask).</param>
    /// <param name="replace">False: a file that is there with other bytes is an error.</param>
    public EtcdChange Write(string path, ReadOnlySpan<byte> content, bool secret, bool replace)
    {
        if (Read(path) is { } existing)
        {
            bool same = content.SequenceEqual(existing);
            if (secret)
            {
                CryptographicOperations.ZeroMemory(existing);
            }

            if (same)
            {
                return EtcdChange.Unchanged;
            }

            if (!replace)
            {
                throw new EtcdStagingException("StagingFileAppeared", path) { Subject = path };
            }

            WriteWhole(path, content, secret, overwrite: true);
            return EtcdChange.Updated;
        }

        WriteWhole(path, content, secret, replace);
        return EtcdChange.Created;
    }

    /// <summary>Takes a key file's permissions away from group and others, should they have any.</summary>
    public void Protect(string path) => Guard(path, () =>
    {
        CheckFolders(Path.GetDirectoryName(path)!);
        if (!OperatingSystem.IsWindows() && IsFile(path) && (File.GetUnixFileMode(path) & NotOwner) != 0)
        {
            File.SetUnixFileMode(path, Private);
        }

        return true;
    });

    /// <summary>Deletes a file, and what an interrupted write of it left; returns what was there.</summary>
    public IReadOnlyList<string> Delete(string path) => Guard<IReadOnlyList<string>>(path, () =>
    {
        string folder = Path.GetDirectoryName(path)!;
        CheckFolders(folder);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        List<string> gone = [.. Directory.EnumerateFiles(folder, TemporaryPattern(path), new EnumerationOptions { AttributesToSkip = 0 })];
        if (IsFile(path))
        {
            gone.Add(path);
        }

        gone.ForEach(File.Delete);
        return gone;
    });

    /// <summary>The folders directly in a folder, links left out; none when it does not exist.</summary>
    public IReadOnlyList<string> Folders(string path) => Guard<IReadOnlyList<string>>(path, () =>
    {
        CheckFolders(path);
        return Directory.Exists(path)
            ? [.. new DirectoryInfo(path).EnumerateDirectories().Where(d => d.LinkTarget is null).Select(d => d.FullName).Order(StringComparer.Ordinal)]
            : [];
    });

    /// <summary>Everything directly in a folder; none when it does not exist.</summary>
    public IReadOnlyList<string> Entries(string path) => Guard<IReadOnlyList<string>>(path, () =>
    {
        CheckFolders(path);
        return Directory.Exists(path) ? [.. Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal)] : [];
    });

    /// <summary>Deletes a folder if it is there and empty.</summary>
    public bool DeleteEmptyFolder(string path) => Guard(path, () =>
    {
        CheckFolders(path);
        if (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).Any())
        {
            return false;
        }

        Directory.Delete(path);
        return true;
    });

    /// <summary>Opens a file that is made, private, when it is not there. Files opened so are written in place: a journal, a lock.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    public FileStream Open(string path, FileAccess access, FileShare share)
    {
        Exists(path);
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        try
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            return new FileStream(path, options);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Failed(path, e);
        }
    }

    private void WriteWhole(string path, ReadOnlySpan<byte> content, bool secret, bool overwrite)
    {
        string folder = Path.GetDirectoryName(path)!;
        string temporary = Path.Combine(folder, TemporaryPattern(path).Replace("*", Convert.ToHexString(RandomNumberGenerator.GetBytes(8)), StringComparison.Ordinal));
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,

            // No buffer that would keep a copy of a key.
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = secret ? Private : Readable;
        }

        try
        {
            MakeFolder(folder);
            using (FileStream stream = new(temporary, options))
            {
                stream.Write(content);
            }

            if (overwrite || !HardLink.TryCreate(temporary, path))
            {
                File.Move(temporary, path, overwrite);
            }
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            throw new EtcdStagingException("StagingFileAppeared", path) { Subject = path };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            // The user profile's access list already keeps other users out.
            Directory.CreateDirectory(folder);
            return;
        }

        // .NET gives the mode to the last folder only, so each of ours is made by itself.
        if (folder != root)
        {
            MakeFolder(Path.GetDirectoryName(folder)!);
        }

        Directory.CreateDirectory(folder, PrivateFolder);
    }

    // Every folder from the root to this one must be a real folder, as far as it exists.
    private void CheckFolders(string last)
    {
        string folder = root;
        CheckFolder(folder);
        CheckOthersCannotWrite();
        foreach (string part in Path.GetRelativePath(root, last).Split(Path.DirectorySeparatorChar).Where(p => p != "."))
        {
            folder = Path.Combine(folder, part);
            CheckFolder(folder);
        }
    }

    private void CheckOthersCannotWrite()
    {
        if (!OperatingSystem.IsWindows() && Directory.Exists(root) && File.GetUnixFileMode(root).HasFlag(UnixFileMode.OtherWrite))
        {
            throw new EtcdStagingException("StagingFolderOpen", root) { Subject = root };
        }
    }

    private static void CheckFolder(string folder)
    {
        DirectoryInfo info = new(folder);
        if (info.LinkTarget is not null)
        {
            throw new EtcdStagingException("StagingPathIsLink", folder) { Subject = folder };
        }

        if (!info.Exists && File.Exists(folder))
        {
            throw new EtcdStagingException("StagingPathIsFile", folder) { Subject = folder };
        }
    }

    private static bool IsFile(string path)
    {
        FileInfo info = new(path);
        if (info.LinkTarget is not null)
        {
            throw new EtcdStagingException("StagingPathIsLink", path) { Subject = path };
        }

        if (!info.Exists && Directory.Exists(path))
        {
            throw new EtcdStagingException("StagingPathIsFolder", path) { Subject = path };
        }

        return info.Exists;
    }

    private static string TemporaryPattern(string path) => $".{Path.GetFileName(path)}.*.tmp";

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that led here says more.
        }
    }

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    private static EtcdStagingException Failed(string path, Exception e)
        => new(e, e is UnauthorizedAccessException ? "StagingAccessDenied" : "StagingAccessFailed", path, e.Message) { Subject = path };
}
