namespace EtcdHa.Console.Engine;

/// <summary>Finds the module's manifest: beside the console where both are installed together, above it in a checkout.</summary>
internal static class ModuleLocator
{
    internal const string ManifestName = "EtcdHa.psd1";

    internal static string? Find(string startingFolder)
    {
        for (var folder = new DirectoryInfo(startingFolder); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, ManifestName);
            if (File.Exists(manifest))
            {
                return manifest;
            }
        }

        return null;
    }
}
