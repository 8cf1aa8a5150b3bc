using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using EtcdHa.Commands;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Architecture;

public partial class ArchitectureTests
{
    private const string Core = "EtcdHa.Core";
    private static readonly Assembly Module = typeof(NewEtcdSshTargetCommand).Assembly;

    // Where the engine is asked for a public type before OnImport, a Core type cannot be resolved yet. Loading it here is what
    // lets the test see the types at all: so the test looks at names, and Core is loaded by the module itself.
    private static readonly IReadOnlyList<Type> PublicTypes = LoadPublicTypes();

    [Fact]
    public void The_model_references_nothing_but_NET() =>
        Assert.All(References("EtcdHa.Model.dll"), name => Assert.StartsWith("System.", name));

    [Fact]
    public void The_core_never_references_PowerShell_or_the_cmdlets() =>
        Assert.DoesNotContain(References("Dependencies/EtcdHa.Core.dll"), name => name is "System.Management.Automation" or "EtcdHa");

    [Fact]
    public void The_cmdlets_reach_the_dependencies_through_the_core_only()
    {
        string[] allowed = ["System.Management.Automation", "EtcdHa.Model", Core, "netstandard", "mscorlib"];
        Assert.All(References("EtcdHa.dll"), name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || allowed.Contains(name), name));
    }

    [Fact]
    public void PowerShells_own_assemblies_are_not_shipped() =>
        Assert.DoesNotContain(
            Directory.EnumerateFiles(BuiltModule.Bin, "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName),
            name => name!.StartsWith("System.Management.Automation", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.PowerShell", StringComparison.Ordinal) || name == "netstandard.dll");

    [Fact]
    public void No_public_type_derives_from_implements_or_holds_a_value_of_a_core_type()
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        Assert.All(PublicTypes, type =>
        {
            Assert.NotEqual(Core, type.BaseType?.Assembly.GetName().Name);
            Assert.DoesNotContain(type.GetInterfaces(), i => Mentions(i));
            Assert.DoesNotContain(type.GetFields(all), f => f.FieldType.IsValueType && Mentions(f.FieldType));
        });
    }

    [Fact]
    public void No_core_type_is_on_the_public_surface() => Assert.All(PublicTypes, type =>
    {
        Assert.DoesNotContain(type.GetProperties(), p => Mentions(p.PropertyType));
        Assert.DoesNotContain(type.GetMethods().SelectMany(m => m.GetParameters().Append(m.ReturnParameter)), p => Mentions(p.ParameterType));
        Assert.DoesNotContain(type.GetConstructors().SelectMany(c => c.GetParameters()), p => Mentions(p.ParameterType));
    });

    [Fact]
    public void Every_cmdlet_is_sealed_and_named_after_its_verb_and_noun() => Assert.All(Cmdlets(), cmdlet =>
    {
        CmdletAttribute attribute = cmdlet.GetCustomAttribute<CmdletAttribute>()!;
        Assert.True(cmdlet.IsSealed, cmdlet.Name);
        Assert.Equal($"{attribute.VerbName}{attribute.NounName}Command", cmdlet.Name);
        Assert.Equal("EtcdHa.Commands", cmdlet.Namespace);
        Assert.StartsWith("Etcd", attribute.NounName);
    });

    [Fact]
    public void Every_verb_is_approved()
    {
        string[] approved =
        [
            .. typeof(VerbsCommon).Assembly.GetTypes().Where(t => t.IsPublic && t.Name.StartsWith("Verbs", StringComparison.Ordinal))
                .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
        ];
        Assert.All(Cmdlets(), cmdlet => Assert.Contains(cmdlet.GetCustomAttribute<CmdletAttribute>()!.VerbName, approved));
    }

    [Fact]
    public void Every_noun_is_singular_but_the_users_own()
    {
        // Words that end in s in the singular.
        string[] singular = ["Status", "Health"];
        Assert.All(
            Cmdlets().Select(c => c.GetCustomAttribute<CmdletAttribute>()!.NounName).Where(noun => noun is not ("EtcdMemberFiles" or "EtcdClientFiles")),
            noun => Assert.True(!noun.EndsWith('s') || singular.Any(noun.EndsWith), noun));
    }

    [Fact]
    public void Every_cmdlet_has_a_file_of_its_own()
    {
        string folder = Path.Combine(BuiltModule.Root, "src/EtcdHa/Commands");
        Assert.All(Cmdlets(), cmdlet => Assert.True(File.Exists(Path.Combine(folder, cmdlet.Name + ".cs")), cmdlet.Name));
        Assert.All(Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories), file =>
            Assert.True(CmdletDeclaration().Count(File.ReadAllText(file)) <= 1, file));
    }

    [Fact]
    public void No_parameter_set_takes_the_pipeline_by_value_twice() => Assert.All(Cmdlets(), cmdlet =>
    {
        var taking = cmdlet.GetProperties()
            .SelectMany(p => p.GetCustomAttributes<ParameterAttribute>(inherit: false).Where(a => a.ValueFromPipeline).Select(a => (a.ParameterSetName, p.Name)));
        Assert.All(taking.GroupBy(t => t.ParameterSetName), set => Assert.Single(set));
    });

    // A value at the first place would be taken for the object although that comes from the pipeline.
    [Fact]
    public void Where_another_parameter_has_a_place_the_pipelines_object_has_none() => Assert.All(Cmdlets(), cmdlet =>
    {
        (string Name, ParameterAttribute Attribute)[] placed = [.. cmdlet.GetProperties()
            .SelectMany(p => p.GetCustomAttributes<ParameterAttribute>(inherit: false).Where(a => a.Position >= 0).Select(a => (p.Name, a)))];
        Assert.All(placed.Where(p => p.Attribute.ValueFromPipeline), p => Assert.Equal(
            [p.Name], placed.Where(o => o.Attribute.ParameterSetName == p.Attribute.ParameterSetName || o.Attribute.ParameterSetName == ParameterAttribute.AllParameterSets).Select(o => o.Name).Distinct()));
    });

    [Fact]
    public void No_source_project_lets_public_members_go_undocumented() => Assert.All(
        Directory.EnumerateFiles(Path.Combine(BuiltModule.Root, "src"), "*.csproj", SearchOption.AllDirectories),
        file => Assert.DoesNotContain("CS1591", File.ReadAllText(file)));

    private static bool Mentions(Type type) =>
        type.Assembly.GetName().Name == Core
        || (type.HasElementType && Mentions(type.GetElementType()!))
        || type.GenericTypeArguments.Any(Mentions);

    private static IReadOnlyList<string> References(string file) => Metadata.References(Path.Combine(BuiltModule.Bin, file));

    private static IEnumerable<Type> Cmdlets() => PublicTypes.Where(t => t.GetCustomAttribute<CmdletAttribute>() is not null);

    private static Type[] LoadPublicTypes()
    {
        using var session = new PowerShellSession();
        return Module.GetExportedTypes();
    }

    [GeneratedRegex(@"^\[Cmdlet\(", RegexOptions.Multiline)]
    private static partial Regex CmdletDeclaration();
}
