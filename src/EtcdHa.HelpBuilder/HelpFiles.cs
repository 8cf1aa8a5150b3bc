using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EtcdHa.HelpBuilder;

/// <summary>The generated files of <c>en-US/</c>.</summary>
internal static class HelpFiles
{
    public const string Maml = "EtcdHa.dll-Help.xml";

    public const string Errors = "about_EtcdHa_Errors.help.txt";

    /// <summary>Generates every file's text.</summary>
    /// <param name="root">The repository, built.</param>
    /// <param name="comments">The folder of the compiler's EtcdHa.xml and EtcdHa.Model.xml.</param>
    public static IReadOnlyDictionary<string, string> Generate(string root, string comments)
    {
        XmlComments texts = XmlComments.Load(Path.Combine(comments, "EtcdHa.xml"), Path.Combine(comments, "EtcdHa.Model.xml"));
        return new Dictionary<string, string>
        {
            [Maml] = MamlWriter.Write([.. Cmdlets(root).Select(cmdlet => new CmdletHelp(cmdlet, texts))]),
            [Errors] = ErrorTopic.Write(Path.Combine(root, "src/EtcdHa.Model/Errors/Errors.resx")),
        };
    }

    // The engine itself says what a cmdlet's syntax is, so that help cannot differ from what binds.
    private static IEnumerable<CmdletInfo> Cmdlets(string root)
    {
        using var shell = PowerShell.Create(InitialSessionState.CreateDefault2());
        shell.AddCommand("Import-Module").AddParameter("Name", Path.Combine(root, "EtcdHa.psd1")).AddParameter("ErrorAction", "Stop").Invoke();
        shell.Commands.Clear();
        return [.. shell.AddCommand("Get-Command").AddParameter("Module", "EtcdHa").AddParameter("CommandType", CommandTypes.Cmdlet)
            .Invoke<CmdletInfo>().OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)];
    }
}
