using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace EtcdHa.HelpBuilder;

/// <summary>Everything help says about one cmdlet: the engine's view of its syntax, its comments' texts.</summary>
internal sealed class CmdletHelp
{
    private static readonly Dictionary<string, string> EngineParameters = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Shows what would be done. Nothing is changed.",
        ["Confirm"] = "Asks before anything is changed.",
    };

    // Where every cmdlet's help leads: Get-Help -Online opens the first.
    private static readonly Link[] CommonLinks =
    [
        new(
            "Set up a High Availability etcd Cluster with kubeadm",
            "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/"),
        new("about_EtcdHa", ""),
        new("about_EtcdHa_Errors", ""),
    ];

    private readonly CmdletInfo _cmdlet;
    private readonly XmlComments _comments;
    private readonly XElement? _comment;
    private readonly object _instance;

    public CmdletHelp(CmdletInfo cmdlet, XmlComments comments)
    {
        _cmdlet = cmdlet;
        _comments = comments;
        _comment = comments.Of(cmdlet.ImplementingType);

        // A fresh instance has the default values.
        _instance = Activator.CreateInstance(cmdlet.ImplementingType)!;
    }

    public string Name => _cmdlet.Name;

    public string Verb => _cmdlet.Verb;

    public string Noun => _cmdlet.Noun;

    public string Synopsis => XmlComments.Summary(_comment);

    public IReadOnlyList<string> Description => XmlComments.Paragraphs(_comment?.Element("remarks"));

    public IReadOnlyList<Example> Examples =>
    [
        .. (_comment?.Elements("example") ?? []).Select(example => new Example(
            XmlComments.Summary(example),
            XmlComments.Code(example.Element("code")),
            [.. example.Elements("para").Select(XmlComments.Paragraph)])),
    ];

    public IReadOnlyList<Link> Links =>
    [
        .. (_comment?.Elements("seealso") ?? []).Select(link => new Link(XmlComments.Paragraph(link), link.Attribute("href")?.Value ?? "")),
        .. CommonLinks,
    ];

    public IReadOnlyList<IReadOnlyList<Parameter>> Syntax =>
    [
        .. _cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).ThenBy(set => set.Name, StringComparer.Ordinal)
            .Select(set => Sorted(set.Parameters)),
    ];

    /// <summary>Every parameter once, with the attributes it has in the first set it is in.</summary>
    public IReadOnlyList<Parameter> Parameters =>
        Sorted([.. _cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).SelectMany(set => set.Parameters).DistinctBy(p => p.Name)]);

    public IReadOnlyList<TypeText> Inputs =>
        [.. Parameters.Where(p => p.PipelineInput.Contains("ByValue", StringComparison.Ordinal)).Select(p => Describe(p.Type)).DistinctBy(t => t.Name)];

    public IReadOnlyList<TypeText> Outputs => [.. _cmdlet.OutputType.Select(output => Describe(output.Type)).DistinctBy(t => t.Name)];

    // What a user would write first comes first: positions, then what must be given, then the order of the source.
    private Parameter[] Sorted(IEnumerable<CommandParameterInfo> parameters) =>
    [
        .. parameters.Where(p => !Cmdlet.CommonParameters.Contains(p.Name))
            .OrderBy(p => p.Position < 0 ? int.MaxValue : p.Position)
            .ThenBy(p => !p.IsMandatory)
            .ThenBy(p => Property(p.Name)?.MetadataToken ?? int.MaxValue)
            .ThenByDescending(p => p.Name, StringComparer.Ordinal)
            .Select(Describe),
    ];

    private Parameter Describe(CommandParameterInfo parameter)
    {
        PropertyInfo? property = Property(parameter.Name);
        string[] pipeline =
        [
            .. parameter.ValueFromPipeline ? ["ByValue"] : Array.Empty<string>(),
            .. parameter.ValueFromPipelineByPropertyName ? ["ByPropertyName"] : Array.Empty<string>(),
        ];
        return new Parameter(
            parameter.Name,
            Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType,
            property is null ? EngineParameters[parameter.Name] : XmlComments.Summary(_comments.Of(property)),
            parameter.IsMandatory,
            parameter.Position,
            pipeline.Length == 0 ? "False" : $"True ({string.Join(", ", pipeline)})",
            [.. parameter.Aliases],
            property?.GetCustomAttribute<SupportsWildcardsAttribute>() is not null,
            property is null ? "False" : DefaultValue(property));
    }

    private PropertyInfo? Property(string name) => _cmdlet.ImplementingType.GetProperty(name);

    // What a parameter left out means is the attribute's text where the cmdlet decides it later, else the property's first value.
    private string DefaultValue(PropertyInfo property) => property.GetCustomAttribute<PSDefaultValueAttribute>()?.Help ?? property.GetValue(_instance) switch
    {
        null or "" => "None",
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours}h"),
        SwitchParameter => "False",
        string text => text,
        IEnumerable many => string.Join(", ", many.Cast<object>()) is { Length: > 0 } joined ? joined : "None",
        object value => property.GetCustomAttributes<ParameterAttribute>().Any(p => p.Mandatory) ? "None"
            : Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private TypeText Describe(Type type)
    {
        Type element = type.GetElementType() ?? type;
        return new TypeText(element.FullName!, XmlComments.Summary(_comments.Of(element)));
    }

    internal sealed record Example(string Title, string Code, IReadOnlyList<string> Explanation);

    internal sealed record Link(string Text, string Address);

    internal sealed record TypeText(string Name, string Description);

    internal sealed record Parameter(
        string Name,
        Type Type,
        string Description,
        bool Required,
        int Position,
        string PipelineInput,
        IReadOnlyList<string> Aliases,
        bool Globbing,
        string DefaultValue);
}
