using System.Text.RegularExpressions;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Architecture;

/// <summary>Commands reach a host in one way, and values reach a shell in one way.</summary>
public sealed partial class ShellTextTests
{
    private static readonly string Core = Path.Combine(BuiltModule.Root, "src/EtcdHa.Core");

    [Fact]
    public void Commands_are_sent_to_hosts_in_one_place() => Assert.Equal(
        ["Hosts/RemoteShell.cs"],
        Sources(Core).Where(file => !file.StartsWith("Ssh/", StringComparison.Ordinal) && TransportUse().IsMatch(File.ReadAllText(Path.Combine(Core, file)))));

    [Fact]
    public void No_process_is_started_on_the_workstation() => Assert.DoesNotContain(
        Sources(Core), file => File.ReadAllText(Path.Combine(Core, file)).Contains("ProcessStartInfo", StringComparison.Ordinal));

    // A value between quotes that are written by hand would have to be escaped by hand. Words in capitals and exit codes are this code's own;
    // RunText makes sentences, no shell text.
    [Fact]
    public void No_value_is_put_between_quotes_by_hand_where_shell_text_is_made() => Assert.Empty(
        Sources(Core)
            .Where(file => (file.StartsWith("Hosts/", StringComparison.Ordinal) || file.StartsWith("Locks/", StringComparison.Ordinal)) && file != "Locks/RunText.cs")
            .SelectMany(file => File.ReadAllLines(Path.Combine(Core, file)).Where(line => HandQuoted().IsMatch(line)).Select(line => $"{file}: {line.Trim()}")));

    private static string[] Sources(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"\btransport\.ExecuteAsync\(")]
    private static partial Regex TransportUse();

    [GeneratedRegex(@"(?<![$\w])'\{\{?[a-z][A-Za-z_.]*\}\}?'")]
    private static partial Regex HandQuoted();
}
