using System.Runtime.InteropServices;
using System.Text;

namespace EtcdHa.Core.Staging;

/// <summary>
/// The one way on Unix to give a finished file its name without replacing another: <c>File.Move</c> looks first and renames then, and of
/// two runs at once the second would replace what the first has just written.
/// </summary>
internal static class HardLink
{
    private const int Exists = 17; // EEXIST, on Linux and macOS

    /// <summary>Gives a file a second name.</summary>
    /// <param name="existing">The file.</param>
    /// <param name="name">Its second name, in the same folder.</param>
    /// <returns>False where there is no such thing: Windows, whose rename does not replace, and file systems without links.</returns>
    /// <exception cref="IOException">The name is taken.</exception>
    public static bool TryCreate(string existing, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        if (Link(Native(existing), Native(name)) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == Exists ? throw new IOException($"The file '{name}' already exists.") : false;
    }

    private static byte[] Native(string path) => Encoding.UTF8.GetBytes(path + '\0');

    // link(2)
    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] existing, byte[] name);
}
