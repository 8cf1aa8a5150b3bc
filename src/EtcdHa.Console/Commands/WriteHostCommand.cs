using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EtcdHa.Console.Commands;

/// <summary>Write-Host: text for the reader, through the information stream as since PowerShell 5.</summary>
[Cmdlet(VerbsCommunications.Write, "Host", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2097137")]
internal sealed class WriteHostCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromRemainingArguments = true, ValueFromPipeline = true)]
    [Alias("Msg", "Message")]
    public object? Object { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public object Separator { get; set; } = " ";

    [Parameter]
    public ConsoleColor? ForegroundColor { get; set; }

    [Parameter]
    public ConsoleColor? BackgroundColor { get; set; }

    protected override void ProcessRecord()
    {
        var message = new HostInformationMessage { Message = TextOf(Object), NoNewLine = NoNewline };
        if (ForegroundColor is not null || BackgroundColor is not null)
        {
            message.ForegroundColor = ForegroundColor ?? Host.UI.RawUI.ForegroundColor;
            message.BackgroundColor = BackgroundColor ?? Host.UI.RawUI.BackgroundColor;
        }

        WriteInformation(message, ["PSHOST"]);
    }

    private string TextOf(object? value)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case null:
                return string.Empty;
            case string text:
                return text;
            case System.Xml.XmlNode:
                return value!.ToString() ?? string.Empty;
            case IEnumerable list:
                var separator = (string)LanguagePrimitives.ConvertTo(Separator, typeof(string), CultureInfo.CurrentCulture);
                return string.Join(separator, list.Cast<object?>().Select(TextOf));
            default:
                return PSObject.AsPSObject(value).ToString();
        }
    }
}
