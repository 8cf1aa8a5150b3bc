namespace EtcdHa.Core.Tests;

/// <summary>The golden files: what real kubeadm and etcd wrote.</summary>
internal static class Golden
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "golden");

    /// <summary>A golden file's text.</summary>
    public static string Text(string relativePath) => File.ReadAllText(PathOf(relativePath));

    /// <summary>A golden file's path in the test output.</summary>
    public static string PathOf(string relativePath) => Path.Combine(Root, relativePath);
}
