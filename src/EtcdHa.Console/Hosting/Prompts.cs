using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EtcdHa.Console.Hosting;

/// <summary>The questions a command can ask. Where nobody can answer, each is an error and not a guess.</summary>
internal sealed class Prompts(ConsoleUserInterface ui, bool interactive, ITerminalInput input)
{
    private readonly ConsoleUserInterface _ui = ui;
    private readonly bool _interactive = interactive;
    private readonly ITerminalInput _input = input;

    internal string ReadLine()
    {
        Require("A line of input was asked for");
        return ReadAnswer();
    }

    internal SecureString ReadSecret()
    {
        Require("A secret was asked for");
        return ReadHidden();
    }

    internal PSCredential Credential(string? caption, string? message, string? userName, string? targetName)
    {
        Require("A credential was asked for");
        Headline(string.IsNullOrEmpty(caption) ? "PowerShell credential request" : caption, message ?? "Enter your credentials.");
        var user = userName;
        while (string.IsNullOrEmpty(user))
        {
            _ui.Write("User: ");
            user = ReadAnswer();
        }

        if (!string.IsNullOrEmpty(targetName) && !user.Contains('\\', StringComparison.Ordinal) && !user.Contains('@', StringComparison.Ordinal))
        {
            user = $"{targetName}\\{user}";
        }

        _ui.Write($"Password for user {user}: ");
        return new PSCredential(user, ReadHidden());
    }

    internal Dictionary<string, PSObject> Fields(string? caption, string? message, Collection<FieldDescription> descriptions)
    {
        Require($"Values were asked for: {string.Join(", ", descriptions.Select(field => field.Name))}");
        Headline(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptions)
        {
            answers[field.Name] = PSObject.AsPSObject(Field(field));
        }

        return answers;
    }

    internal int Choice(string? caption, string? message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Require($"A choice was asked for ({Subject(caption, message)})");
        Headline(caption, message);
        var labels = choices.Select(ChoiceLabel.From).ToList();
        while (true)
        {
            _ui.Write(ChoiceLabel.Line(labels, defaultChoice >= 0 ? [defaultChoice] : []));
            var answer = ReadAnswer().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            var chosen = labels.FindIndex(label => label.IsMeantBy(answer));
            if (chosen >= 0)
            {
                return chosen;
            }

            if (answer == "?")
            {
                Help(labels, choices);
            }
        }
    }

    internal Collection<int> Choices(string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
    {
        Require($"Choices were asked for ({Subject(caption, message)})");
        Headline(caption, message);
        var labels = choices.Select(ChoiceLabel.From).ToList();
        var defaults = defaultChoices?.ToList() ?? [];
        _ui.WriteLine(ChoiceLabel.Line(labels, defaults));
        var chosen = new Collection<int>();
        while (true)
        {
            _ui.Write(string.Create(CultureInfo.CurrentCulture, $"Choice[{chosen.Count}]: "));
            var answer = ReadAnswer().Trim();
            if (answer.Length == 0)
            {
                return chosen.Count > 0 ? chosen : [.. defaults];
            }

            var index = labels.FindIndex(label => label.IsMeantBy(answer));
            if (index >= 0)
            {
                chosen.Add(index);
            }
            else if (answer == "?")
            {
                Help(labels, choices);
            }
        }
    }

    private static string Subject(string? caption, string? message) =>
        string.Join(": ", new[] { caption, message }.Where(text => !string.IsNullOrWhiteSpace(text))).ReplaceLineEndings(" ");

    private static Type TypeOf(FieldDescription field) =>
        LanguagePrimitives.TryConvertTo<Type>(field.ParameterAssemblyFullName.Length > 0 ? field.ParameterTypeFullName : field.ParameterTypeName, out var type)
            ? type
            : typeof(string);

    private object Field(FieldDescription field)
    {
        var type = TypeOf(field);
        if (type == typeof(PSCredential))
        {
            return Credential(null, field.HelpMessage, null, null);
        }

        if (type.IsArray || (type.IsGenericType && typeof(System.Collections.IList).IsAssignableFrom(type)))
        {
            return List(field, type);
        }

        while (true)
        {
            _ui.Write($"{field.Name}: ");
            if (type == typeof(SecureString))
            {
                return ReadHidden();
            }

            if (TryConvert(ReadAnswer(), type, out var value))
            {
                return value;
            }
        }
    }

    private object List(FieldDescription field, Type type)
    {
        var elementType = type.IsArray ? type.GetElementType()! : type.GetGenericArguments().FirstOrDefault() ?? typeof(object);
        var values = new List<object>();
        while (true)
        {
            _ui.Write(string.Create(CultureInfo.CurrentCulture, $"{field.Name}[{values.Count}]: "));
            var answer = ReadAnswer();
            if (answer.Length == 0)
            {
                return LanguagePrimitives.ConvertTo(values.ToArray(), type, CultureInfo.InvariantCulture);
            }

            if (TryConvert(answer, elementType, out var value))
            {
                values.Add(value);
            }
        }
    }

    private bool TryConvert(string answer, Type type, out object value)
    {
        try
        {
            value = LanguagePrimitives.ConvertTo(answer, type, CultureInfo.CurrentCulture) ?? answer;
            return true;
        }
        catch (PSInvalidCastException refused)
        {
            _ui.WriteErrorLine(refused.Message);
            value = answer;
            return false;
        }
    }

    private void Help(List<ChoiceLabel> labels, Collection<ChoiceDescription> choices)
    {
        foreach (var (label, choice) in labels.Zip(choices))
        {
            _ui.WriteLine($"{(label.Key.Length > 0 ? label.Key : label.Text)} - {choice.HelpMessage}");
        }
    }

    private void Headline(string? caption, string? message)
    {
        if (!string.IsNullOrEmpty(caption))
        {
            _ui.WriteLine();
            _ui.WriteLine(caption);
        }

        if (!string.IsNullOrEmpty(message))
        {
            _ui.WriteLine(message);
        }
    }

    private void Require(string what)
    {
        if (!_interactive)
        {
            throw NotInteractive.Error(what);
        }
    }

    private string ReadAnswer()
    {
        _ui.Progress.Hide();
        return _input.ReadLine() ?? throw new PSInvalidOperationException("The input ended while an answer was awaited.");
    }

    private SecureString ReadHidden()
    {
        _ui.Progress.Hide();
        var secret = new SecureString();
        while (true)
        {
            var key = _input.ReadKey();
            if (key.Key == ConsoleKey.Enter)
            {
                _ui.WriteLine();
                secret.MakeReadOnly();
                return secret;
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                if (secret.Length > 0)
                {
                    secret.RemoveAt(secret.Length - 1);
                }
            }
            else if (!char.IsControl(key.KeyChar))
            {
                secret.AppendChar(key.KeyChar);
            }
        }
    }
}
