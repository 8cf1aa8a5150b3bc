using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EtcdHa.Tests.Engine;

/// <summary>Reads an assembly's references without loading it.</summary>
internal static class Metadata
{
    public static IReadOnlyList<string> References(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        MetadataReader metadata = reader.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
