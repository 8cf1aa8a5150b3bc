namespace EtcdHa.Core.Planning;

/// <summary>Paths on the hosts, whatever the workstation's own separator is.</summary>
internal static class UnixPath
{
    /// <summary>The directory a path lies in; <c>/</c> for a path directly below it.</summary>
    public static string Parent(string path) => path[..Math.Max(1, path.TrimEnd('/').LastIndexOf('/'))];

    /// <summary>A path below a directory.</summary>
    public static string Join(string directory, string relative) => directory.TrimEnd('/') + "/" + relative;
}
