using System.Text;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Ssh;

/// <summary>The ssh_config files of the workstation's disk.</summary>
internal sealed class SshConfigFiles : ISshConfigFiles
{
    private const int MaximumLength = 1 << 20;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <inheritdoc/>
    public string? Read(string path, bool isUsers)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (isUsers && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & OthersWrite) != 0)
            {
                throw new EtcdSshConfigException("SshConfigWritableByOthers", path) { Subject = path };
            }

            using StreamReader reader = new(stream, Encoding.UTF8);
            char[] buffer = new char[MaximumLength];
            int length = reader.ReadBlock(buffer, 0, MaximumLength);
            return length < MaximumLength ? new string(buffer, 0, length)
                : throw new EtcdSshConfigException("SshConfigUnreadable", path, "it is larger than 1 MiB") { Subject = path };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new EtcdSshConfigException(e, "SshConfigUnreadable", path, e.Message) { Subject = path };
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Glob(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        IEnumerable<string> found = [root];
        foreach (string part in pattern[root.Length..].Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Where(part => part.Length > 0))
        {
            found = part.IndexOfAny(['*', '?', '[']) < 0
                ? found.Select(folder => Path.Combine(folder, part))
                : found.SelectMany(folder => Matching(folder, Expression(part), part.StartsWith('.')));
        }

        return [.. found.Where(File.Exists).Order(StringComparer.Ordinal)];
    }

    private static string[] Matching(string folder, Regex expression, bool hidden)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Where(path => Path.GetFileName(path) is var name
                && (hidden || !name.StartsWith('.')) && expression.IsMatch(name))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // glob(7): a ! negates a bracket; one that does not close stands for itself. No backtracking, so that no pattern takes long.
    private static Regex Expression(string part)
    {
        StringBuilder expression = new("^");
        for (int i = 0; i < part.Length; i++)
        {
            int close = part[i] == '[' && i + 2 < part.Length ? part.IndexOf(']', i + 2) : -1;
            if (close > 0)
            {
                string set = part[(i + 1)..close];
                bool negated = set[0] is '!' or '^';
                expression.Append(negated ? "[^" : "[").Append((negated ? set[1..] : set).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)
                    .Replace("]", "\\]", StringComparison.Ordinal).Replace("^", "\\^", StringComparison.Ordinal)).Append(']');
                i = close;
            }
            else
            {
                expression.Append(part[i] switch { '*' => ".*", '?' => ".", _ => Regex.Escape(part[i].ToString()) });
            }
        }

        try
        {
            return new Regex(expression.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (ArgumentException)
        {
            // A reversed range such as [z-a] matches nothing.
            return new Regex("[^\\s\\S]", RegexOptions.NonBacktracking);
        }
    }
}

/// <summary>No ssh_config at all.</summary>
internal sealed class NoSshConfigFiles : ISshConfigFiles
{
    /// <inheritdoc/>
    public string? Read(string path, bool isUsers) => null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Glob(string pattern) => [];
}
