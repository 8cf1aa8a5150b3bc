using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdHa.Commands;
using EtcdHa.HelpBuilder;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Help;

public sealed class HelpTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_manifest_names_exactly_the_cmdlets_there_are()
    {
        string[] classes =
        [
            .. typeof(NewEtcdSshTargetCommand).Assembly.GetExportedTypes()
                .Select(type => (CmdletAttribute?)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute)))
                .OfType<CmdletAttribute>().Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}").Order(StringComparer.Ordinal),
        ];
        Ast manifest = Parser.ParseFile(BuiltModule.Manifest, out _, out _);
        var data = (System.Collections.Hashtable)((HashtableAst)manifest.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false)!).SafeGetValue();
        Assert.Equal(classes, ((object[])data["CmdletsToExport"]!).Cast<string>().Order(StringComparer.Ordinal));
        Assert.Equal(classes, Cmdlets().Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.All(new[] { "FunctionsToExport", "AliasesToExport", "VariablesToExport", "RequiredAssemblies" }, key => Assert.Empty((object[])data[key]!));
    }

    [Fact]
    public void Every_cmdlet_has_synopsis_description_and_an_explained_example() => Assert.All(Cmdlets(), cmdlet =>
    {
        PSObject help = Help(cmdlet.Name);
        string synopsis = Text(help, "Synopsis");
        Assert.True(synopsis.Length > 0 && !synopsis.Contains(cmdlet.Name, StringComparison.Ordinal), $"{cmdlet.Name}: no synopsis");
        Assert.NotEmpty(Paragraphs(help.Properties["description"].Value));
        object[] examples = Items(Property(help, "examples"), "example");
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            Assert.Contains("Etcd", Text(example, "code"));
            Assert.NotEmpty(Paragraphs(Property(example, "remarks")));
        });
    });

    [Fact]
    public void Every_parameter_is_documented() => Assert.All(Cmdlets(), cmdlet =>
    {
        Dictionary<string, object> documented = Items(Property(Help(cmdlet.Name), "parameters"), "parameter").ToDictionary(p => Text(p, "name"));
        string[] actual = [.. cmdlet.ParameterSets.SelectMany(s => s.Parameters).Select(p => p.Name).Distinct().Except(Cmdlet.CommonParameters)];
        Assert.Equal(actual.Order(StringComparer.Ordinal), documented.Keys.Order(StringComparer.Ordinal));
        Assert.All(documented, parameter =>
            Assert.True(Paragraphs(Property(parameter.Value, "description")).Any(text => text.Length > 0), $"{cmdlet.Name} -{parameter.Key}"));
    });

    [Fact]
    public void Every_example_parses_and_uses_parameters_that_exist()
    {
        Dictionary<string, CmdletInfo> cmdlets = Cmdlets().ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        Assert.All(cmdlets.Keys, name => Assert.All(Items(Property(Help(name), "examples"), "example"), example =>
        {
            Ast code = Parser.ParseInput(Text(example, "code"), out _, out ParseError[] errors);
            Assert.Empty(errors);
            foreach (CommandAst command in code.FindAll(ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (command.GetCommandName() is { } called && called.Contains("-Etcd", StringComparison.OrdinalIgnoreCase))
                {
                    Assert.True(cmdlets.TryGetValue(called, out CmdletInfo? cmdlet), $"{name}: an example calls {called}");
                    Assert.All(command.CommandElements.OfType<CommandParameterAst>(), p => cmdlet!.ResolveParameter(p.ParameterName));
                }
            }
        }));
    }

    [Fact]
    public void Help_gives_defaults_aliases_positions_and_links()
    {
        PSObject help = Help("New-EtcdSshTarget");
        Dictionary<string, object> parameters = Items(Property(help, "parameters"), "parameter").ToDictionary(p => Text(p, "name"));
        Assert.Equal("22", Text(parameters["Port"], "defaultValue"));
        Assert.Equal("ComputerName", Text(parameters["HostName"], "aliases"));
        Assert.Equal("0", Text(parameters["HostName"], "position"));
        Assert.Equal("True (ByValue, ByPropertyName)", Text(parameters["HostName"], "pipelineInput"));
        Assert.StartsWith("https://kubernetes.io/", Text(Items(Property(help, "relatedLinks"), "navigationLink")[0], "uri"));
    }

    [Fact]
    public void The_help_files_are_those_the_build_would_write()
    {
        Assert.All(HelpFiles.Generate(BuiltModule.Root, BuiltModule.Comments), file =>
            Assert.Equal(file.Value, File.ReadAllText(Path.Combine(BuiltModule.Root, "en-US", file.Key))));
    }

    [Theory]
    [InlineData("about_EtcdHa")]
    [InlineData("about_EtcdHa_Errors")]
    public void Get_Help_finds_the_topics_of_a_module_on_the_module_path(string topic)
    {
        // As Install-PSResource would lay it out: <module path>/EtcdHa.
        DirectoryInfo modules = Directory.CreateTempSubdirectory("etcdha-modules-");
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(modules.FullName, "EtcdHa"), BuiltModule.Root);
            ScriptResult help = _session.Invoke($"$env:PSModulePath = '{modules.FullName}'; Get-Help {topic}").RequireNoErrors();
            Assert.Contains("LONG DESCRIPTION", help.Text());
        }
        finally
        {
            modules.Delete(recursive: true);
        }
    }

    [Fact]
    public void Topics_fit_80_columns_but_for_links() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(BuiltModule.Root, "en-US"), "about_*.help.txt").SelectMany(File.ReadLines),
        line => Assert.True(line.Length <= 80 || line.TrimStart().StartsWith("https://", StringComparison.Ordinal), line));

    [Fact]
    public void The_format_file_shows_an_SSH_target_as_a_table()
    {
        _session.Invoke("New-EtcdSshTarget 10.0.0.6 -UserName ubuntu | Out-Host").RequireNoErrors();
        string shown = string.Join('\n', _session.Host.Lines);
        Assert.Contains("UserName", shown);
        Assert.Contains("10.0.0.6", shown);
        Assert.DoesNotContain("KnownHostsFile", shown);
    }

    private IReadOnlyList<CmdletInfo> Cmdlets() =>
        [.. _session.Invoke("Get-Command -Module EtcdHa").RequireNoErrors().As<CmdletInfo>()];

    private PSObject Help(string name) => _session.Invoke($"Get-Help {name} -Full").RequireNoErrors().Output.Single();

    private static object? Property(object item, string name) => PSObject.AsPSObject(item).Properties[name]?.Value;

    private static string Text(object item, string name) => Property(item, name)?.ToString()?.Trim() ?? "";

    private static object[] Items(object? parent, string name) => parent is null ? [] : Property(parent, name) switch
    {
        null => [],
        object[] many => many,
        PSObject { BaseObject: object[] many } => many,
        object one => [one],
    };

    private static string[] Paragraphs(object? description) => description switch
    {
        null => [],
        object[] many => [.. many.Select(p => Text(p, "Text"))],
        PSObject { BaseObject: object[] many } => [.. many.Select(p => Text(p, "Text"))],
        object one => [Text(one, "Text")],
    };
}
