namespace EtcdHa.Core.Tests.Kubeadm;

/// <summary>The cases of the golden files: each a configuration that real kubeadm was given. A new folder is a new case.</summary>
public static class GoldenCases
{
    /// <summary>All cases, as <c>kubeadm-1.36.3/infra0</c>.</summary>
    public static TheoryData<string> All => new(Names);

    /// <summary>All cases but those with a field kubeadm does not know.</summary>
    public static TheoryData<string> Readable => new(Names.Where(n => !n.EndsWith("/unknown-field", StringComparison.Ordinal)));

    private static IEnumerable<string> Names => Directory
        .EnumerateFiles(Golden.PathOf(""), "config.yaml", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Golden.PathOf(""), Path.GetDirectoryName(f)!).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);
}
