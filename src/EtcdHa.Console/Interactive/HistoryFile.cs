using System.Text;

namespace EtcdHa.Console.Interactive;

/// <summary>
/// The history on disk, readable by its owner only. A command is a line of the file; a line feed inside it is written as
/// <c>\n</c> and a backslash as <c>\\</c>. A history that cannot be read or written is no reason not to work.
/// </summary>
internal sealed class HistoryFile(string path)
{
    private const int Kept = 1000;
    private readonly string _path = path;
    private bool _broken;

    /// <summary>The user's own file, under the XDG state folder.</summary>
    internal static HistoryFile? OfUser()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !Path.IsPathFullyQualified(state))
        {
            var home = Environment.GetFolderPath(
                OperatingSystem.IsWindows() ? Environment.SpecialFolder.LocalApplicationData : Environment.SpecialFolder.UserProfile);
            if (home.Length == 0)
            {
                return null;
            }

            state = OperatingSystem.IsWindows() ? home : Path.Combine(home, ".local", "state");
        }

        return new HistoryFile(Path.Combine(state, "etcdha-console", "history"));
    }

    internal IReadOnlyList<string> Read()
    {
        try
        {
            if (!File.Exists(_path))
            {
                return [];
            }

            var lines = File.ReadAllLines(_path);
            if (lines.Length > 2 * Kept)
            {
                lines = lines[^Kept..];
                Replace(lines);
            }

            return [.. lines.TakeLast(Kept).Where(line => line.Length > 0).Select(Unescape)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            _broken = true;
            return [];
        }
    }

    internal void Append(string line)
    {
        if (_broken)
        {
            return;
        }

        try
        {
            CreateFolder();
            using var stream = new FileStream(_path, Options(FileMode.Append));
            stream.Write(Encoding.UTF8.GetBytes(Escape(line) + "\n"));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            _broken = true;
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static string Escape(string line) =>
        line.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\n").Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Unescape(string line)
    {
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                i++;
                text.Append(line[i] == 'n' ? '\n' : line[i]);
            }
            else
            {
                text.Append(line[i]);
            }
        }

        return text.ToString();
    }

    private void Replace(IEnumerable<string> lines)
    {
        var fresh = _path + ".new";
        using (var stream = new FileStream(fresh, Options(FileMode.Create)))
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        }

        File.Move(fresh, _path, overwrite: true);
    }

    private void CreateFolder()
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
