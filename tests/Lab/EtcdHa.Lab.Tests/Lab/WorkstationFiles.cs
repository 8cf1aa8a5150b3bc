using System.Security.Cryptography;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>Folders of this machine.</summary>
internal static class WorkstationFiles
{
    /// <summary>Every file and folder below a folder, with mode, time and the content's hash, as text to compare.</summary>
    public static string Fingerprint(string folder) => string.Join('\n', new DirectoryInfo(folder)
        .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .OrderBy(f => f.FullName, StringComparer.Ordinal)
        .Select(f => $"{f.FullName} {f.UnixFileMode} {f.LastWriteTimeUtc:o} {(f is FileInfo ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f.FullName))) : "")}"));

    /// <summary>Copies a folder with all in it, modes too.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, File.GetUnixFileMode(from));
        foreach (string directory in Directory.EnumerateDirectories(from))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }

        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
