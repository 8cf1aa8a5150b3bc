using System.Management.Automation;

namespace EtcdHa.Console.Hosting;

/// <summary>The error of every question nobody can answer.</summary>
internal static class NotInteractive
{
    internal static PSInvalidOperationException Error(string what) =>
        new($"{what}, but this session is not interactive: -NonInteractive was given, or standard input is not a terminal. "
            + "Give the value as an argument, or confirm with -Confirm:$false or -Force.");
}
