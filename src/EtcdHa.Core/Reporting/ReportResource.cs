namespace EtcdHa.Core.Reporting;

/// <summary>Text files that the assembly carries.</summary>
internal static class ReportResource
{
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(ReportResource).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
