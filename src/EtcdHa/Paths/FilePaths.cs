using System.Management.Automation;

namespace EtcdHa.Paths;

/// <summary>
/// Turns the paths a user gives into absolute ones of the file system. Relative paths start at <c>$PWD</c>, which is not
/// the process's directory. Called on the pipeline thread.
/// </summary>
internal static class FilePaths
{
    /// <summary>The existing files and folders a <c>-Path</c> or <c>-LiteralPath</c> means.</summary>
    /// <param name="cmdlet">The cmdlet, for its session's drives and location.</param>
    /// <param name="path">The path; with wildcards unless <paramref name="literal"/>.</param>
    /// <param name="literal">True for <c>-LiteralPath</c>: nothing in it is a wildcard.</param>
    /// <exception cref="EtcdStagingException"><c>PathNotFound</c> or <c>PathNotFileSystem</c>.</exception>
    public static IReadOnlyList<string> Existing(PSCmdlet cmdlet, string path, bool literal)
    {
        if (literal)
        {
            string single = New(cmdlet, path);
            return File.Exists(single) || Directory.Exists(single) ? [single] : throw NotFound(path, null);
        }

        try
        {
            IReadOnlyList<string> found = [.. cmdlet.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider)];
            RequireFileSystem(provider, path);
            return found.Count > 0 ? found : throw NotFound(path, null);
        }
        catch (ItemNotFoundException e)
        {
            throw NotFound(path, e);
        }
        catch (SessionStateException e)
        {
            throw NotFileSystem(path, e);
        }
    }

    /// <summary>The one absolute path of a file or folder that need not exist yet; nothing in it is a wildcard.</summary>
    /// <param name="cmdlet">The cmdlet, for its session's drives and location.</param>
    /// <param name="path">The path.</param>
    /// <exception cref="EtcdStagingException"><c>PathNotFileSystem</c>.</exception>
    public static string New(PSCmdlet cmdlet, string path)
    {
        try
        {
            string absolute = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            RequireFileSystem(provider, path);
            return Path.TrimEndingDirectorySeparator(absolute);
        }
        catch (SessionStateException e)
        {
            throw NotFileSystem(path, e);
        }
    }

    /// <summary>The same for several; null stays null.</summary>
    /// <inheritdoc cref="New(PSCmdlet, string)"/>
    public static string[]? New(PSCmdlet cmdlet, string[]? paths) => paths?.Select(path => New(cmdlet, path)).ToArray();

    private static void RequireFileSystem(ProviderInfo provider, string path)
    {
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.OrdinalIgnoreCase))
        {
            throw NotFileSystem(path, null);
        }
    }

    private static EtcdStagingException NotFound(string path, Exception? cause) =>
        new(cause, "PathNotFound", path) { Subject = path };

    private static EtcdStagingException NotFileSystem(string path, Exception? cause) =>
        new(cause, "PathNotFileSystem", path) { Subject = path };
}
