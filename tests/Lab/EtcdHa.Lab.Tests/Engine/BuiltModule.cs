using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace EtcdHa.Tests.Engine;

/// <summary>Where the built module is. The tests are compiled against its model and load it from there, as PowerShell does.</summary>
internal static class BuiltModule
{
    public static string Root { get; } = typeof(BuiltModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    public static string Manifest { get; } = Path.Combine(Root, "EtcdHa.psd1");

    // Runs before any test.
    [ModuleInitializer]
    internal static void ResolveTheModel() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == "EtcdHa.Model" ? context.LoadFromAssemblyPath(Path.Combine(Root, "bin", "EtcdHa.Model.dll")) : null;
}
