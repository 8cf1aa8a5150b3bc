using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace EtcdHa;

/// <summary>
/// Makes EtcdHa.Core and what it needs load in a private context while the module is imported, so that a session
/// that already holds another SSH.NET, YamlDotNet or gRPC keeps its own and works.
/// </summary>
/// <remarks>
/// PowerShell enumerates the exported types before it calls <see cref="OnImport"/>: no public type of this assembly may derive
/// from, implement or hold a value-type field of a type of EtcdHa.Core.
/// </remarks>
public sealed class ModuleLifecycle : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Called by PowerShell for every runspace that imports the module.</summary>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += ResolveCore;

    /// <summary>Called by PowerShell for every runspace that removes the module. What is loaded stays loaded.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= ResolveCore;

    // The default context is asked for one name only: whatever else is missing in a session is none of our business.
    private static Assembly? ResolveCore(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == DependencyLoadContext.EntryAssembly ? DependencyLoadContext.Instance.LoadFromAssemblyName(name) : null;

    private sealed class DependencyLoadContext() : AssemblyLoadContext("EtcdHa")
    {
        public const string EntryAssembly = "EtcdHa.Core";

        // One for the process: an assembly cannot be unloaded while any runspace uses it, and -Force imports the same one again.
        public static readonly DependencyLoadContext Instance = new();

        private static readonly string Folder =
            Path.Combine(Path.GetDirectoryName(typeof(ModuleLifecycle).Assembly.Location)!, "Dependencies");

        // What is not in the folder (.NET, PowerShell, EtcdHa.Model) is shared with the session: null falls back to the default context.
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(Folder, assemblyName.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
