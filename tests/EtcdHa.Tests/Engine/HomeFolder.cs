using System.Runtime.CompilerServices;

namespace EtcdHa.Tests.Engine;

/// <summary>Gives the tests an empty home folder: the developer's ~/.ssh is neither read nor written.</summary>
internal static class HomeFolder
{
    [ModuleInitializer]
    internal static void Use()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("etcdha-home-");
        Environment.SetEnvironmentVariable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME", folder.FullName);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (IOException)
            {
            }
        };
    }
}
