using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace EtcdHa.Console.Commands;

/// <summary>
/// The commands scripts use to show what they found. Full PowerShell has them in its Utility and Management modules; where
/// such a module can be found, nothing is put in its way.
/// </summary>
internal static class ConsoleCommands
{
    private const string Utility = "Microsoft.PowerShell.Utility";
    private const string Management = "Microsoft.PowerShell.Management";

    private static readonly Dictionary<string, Type[]> OfModule = new()
    {
        [Utility] =
        [
            typeof(FormatListCommand), typeof(FormatTableCommand), typeof(OutStringCommand), typeof(SelectObjectCommand),
            typeof(SortObjectCommand), typeof(StartSleepCommand), typeof(WriteDebugCommand), typeof(WriteErrorCommand),
            typeof(WriteHostCommand), typeof(WriteOutputCommand), typeof(WriteProgressCommand), typeof(WriteVerboseCommand),
            typeof(WriteWarningCommand),
        ],
        [Management] = [typeof(GetLocationCommand), typeof(SetLocationCommand)],
    };

    internal static IEnumerable<string> Names => OfModule.Values.SelectMany(types => types).Select(NameOf);

    internal static void AddTo(InitialSessionState state)
    {
        foreach (var (module, types) in OfModule)
        {
            if (IsInstalled(module))
            {
                continue;
            }

            foreach (var type in types)
            {
                var name = NameOf(type);
                state.Commands.Add(new SessionStateCmdletEntry(name, type, null));

                // Scripts, and the engine's own completion, also call a command by its module.
                state.Commands.Add(new SessionStateAliasEntry($"{module}\\{name}", name));
            }
        }

        if (!OperatingSystem.IsWindows())
        {
            return;
        }

        // On Windows the engine leaves these to it; elsewhere they are the names of programs.
        state.Commands.Add(new SessionStateAliasEntry("sleep", "Start-Sleep"));
        state.Commands.Add(new SessionStateAliasEntry("sort", "Sort-Object"));
    }

    private static string NameOf(Type type) =>
        type.GetCustomAttribute<CmdletAttribute>() is { } cmdlet
            ? $"{cmdlet.VerbName}-{cmdlet.NounName}"
            : throw new ArgumentException($"{type} is no cmdlet.", nameof(type));

    private static bool IsInstalled(string module) =>
        (Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => Directory.Exists(Path.Combine(folder, module)));
}
