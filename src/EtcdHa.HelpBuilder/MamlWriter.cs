using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace EtcdHa.HelpBuilder;

/// <summary>Writes MAML, the form of help that Get-Help reads for compiled cmdlets.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static string Write(IReadOnlyList<CmdletHelp> cmdlets)
    {
        var document = new XDocument(
            new XComment(" Generated from the cmdlets' XML comments by src/EtcdHa.HelpBuilder. Edit there. "),
            new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(Cmdlet)));
        var text = new StringBuilder();
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.None };
        using (var writer = XmlWriter.Create(text, settings))
        {
            document.Save(writer);
        }

        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text + "\n";
    }

    private static XElement Cmdlet(CmdletHelp help) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", help.Name),
            new XElement(Command + "verb", help.Verb),
            new XElement(Command + "noun", help.Noun),
            Description([help.Synopsis])),
        Description(help.Description),
        new XElement(Command + "syntax", help.Syntax.Select(set => new XElement(
            Command + "syntaxItem",
            new XElement(Maml + "name", help.Name),
            set.Select(parameter => Parameter(parameter, inSyntax: true))))),
        new XElement(Command + "parameters", help.Parameters.Select(parameter => Parameter(parameter, inSyntax: false))),
        new XElement(Command + "inputTypes", help.Inputs.Select(type => TypeElement("inputType", type))),
        new XElement(Command + "returnValues", help.Outputs.Select(type => TypeElement("returnValue", type))),
        new XElement(Command + "examples", help.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", help.Links.Select(link => new XElement(
            Maml + "navigationLink",
            new XElement(Maml + "linkText", link.Text),
            new XElement(Maml + "uri", link.Address)))));

    private static XElement Parameter(CmdletHelp.Parameter parameter, bool inSyntax)
    {
        bool isSwitch = parameter.Type == typeof(SwitchParameter);
        Type element = parameter.Type.GetElementType() ?? parameter.Type;
        return new XElement(
            Command + "parameter",
            new XAttribute("required", Lower(parameter.Required)),
            new XAttribute("variableLength", Lower(parameter.Type.IsArray)),
            new XAttribute("globbing", Lower(parameter.Globbing)),
            new XAttribute("pipelineInput", parameter.PipelineInput),
            new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Description([parameter.Description]),
            element.IsEnum && inSyntax ? new XElement(Command + "parameterValueGroup", Enum.GetNames(element).Select(ParameterValue)) : null,
            isSwitch && inSyntax ? null : ParameterValue(parameter.Type.Name),
            new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type.Name), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", parameter.DefaultValue));

        XElement ParameterValue(string text) => new(
            Command + "parameterValue",
            new XAttribute("required", Lower(!isSwitch)),
            new XAttribute("variableLength", Lower(parameter.Type.IsArray)),
            text);
    }

    private static XElement TypeElement(string name, CmdletHelp.TypeText type) => new(
        Command + name,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name), new XElement(Maml + "uri")),
        Description([type.Description]));

    private static XElement Example(CmdletHelp.Example example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", string.Create(CultureInfo.InvariantCulture, $"---------- Example {index + 1}: {example.Title} ----------")),
        new XElement(Dev + "code", example.Code),

        // Get-Help puts no line between two examples; the empty paragraph does.
        new XElement(Dev + "remarks", example.Explanation.Append("").Select(text => new XElement(Maml + "para", text))));

    private static XElement Description(IEnumerable<string> paragraphs) =>
        new(Maml + "description", paragraphs.Select(text => new XElement(Maml + "para", text)));

    private static string Lower(bool value) => value ? "true" : "false";
}
