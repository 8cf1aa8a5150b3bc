using System.Runtime.CompilerServices;

namespace EtcdHa.Tests.Engine;

/// <summary>The hosted engine reports nothing: tests talk to this machine only.</summary>
internal static class NoTelemetry
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
}
