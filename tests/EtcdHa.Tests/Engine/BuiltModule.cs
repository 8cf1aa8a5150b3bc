using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace EtcdHa.Tests.Engine;

/// <summary>Where the built module is. The tests are compiled against its assemblies and load them from there, as PowerShell does.</summary>
internal static class BuiltModule
{
    public static string Root { get; } = typeof(BuiltModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    public static string Manifest { get; } = Path.Combine(Root, "EtcdHa.psd1");

    public static string Bin { get; } = Path.Combine(Root, "bin");

    public static string Dependencies { get; } = Path.Combine(Bin, "Dependencies");

    /// <summary>The compiler's XML comments of the module's assemblies.</summary>
    public static string Comments { get; } = Path.Combine(Root, "src/EtcdHa/bin", Configuration, "net8.0");

    private static string Configuration => typeof(BuiltModule).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    // Runs before any test. Every test has a rival SSH.NET and YamlDotNet in the default context, as in a session that uses
    // Posh-SSH and powershell-yaml. What the test assembly references but does not carry comes from the module's own folder.
    [ModuleInitializer]
    internal static void LoadRivalsThenTheModule()
    {
        foreach (string rival in new[] { "Renci.SshNet", "YamlDotNet" })
        {
            AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "Rivals", rival + ".dll"));
        }

        AssemblyLoadContext.Default.Resolving += (context, name) =>
            name.Name is "EtcdHa" or "EtcdHa.Model" ? context.LoadFromAssemblyPath(Path.Combine(Bin, name.Name + ".dll")) : null;
    }
}
