using System.Management.Automation;
using EtcdHa.Console.Engine;

namespace EtcdHa.Console.Commands;

/// <summary>Select-Object with -Property, -ExpandProperty, -First, -Last, -Skip and -Unique.</summary>
[Cmdlet(VerbsCommon.Select, "Object", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2096716")]
internal sealed class SelectObjectCommand : PSCmdlet
{
    private readonly Queue<PSObject> _last = new();
    private readonly List<PSObject> _unique = [];
    private readonly ValueComparer _comparer = new(caseSensitive: true);
    private PropertySelector[] _selectors = [];
    private PropertySelector? _expanded;
    private int _skipped;
    private int _streamed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? First { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Last { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    protected override void BeginProcessing()
    {
        if (Property is { Length: > 0 } && !string.IsNullOrEmpty(ExpandProperty))
        {
            Refuse("-Property together with -ExpandProperty");
        }

        if (Last is not null && Skip > 0)
        {
            Refuse("-Skip together with -Last");
        }

        _selectors = [.. (Property ?? []).Select(entry => PropertySelector.From(entry, named: true))];
        _expanded = string.IsNullOrEmpty(ExpandProperty) ? null : PropertySelector.From(ExpandProperty, named: true);
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        if (_skipped < Skip)
        {
            _skipped++;
        }
        else if (First is null && Last is null)
        {
            Select(InputObject);
        }
        else if (_streamed < First)
        {
            _streamed++;
            Select(InputObject);
        }
        else if (Last > 0)
        {
            _last.Enqueue(InputObject);
            if (_last.Count > Last)
            {
                _last.Dequeue();
            }
        }

        if (First > 0 && Last is null or 0 && _streamed >= First)
        {
            EndProcessing();
            throw EngineInternals.StopUpstream(this);
        }
    }

    protected override void EndProcessing()
    {
        while (_last.TryDequeue(out var item))
        {
            Select(item);
        }

        _unique.ForEach(WriteObject);
        _unique.Clear();
    }

    private void Select(PSObject item)
    {
        if (_expanded is not null)
        {
            Expand(item, _expanded);
        }
        else if (_selectors.Length == 0)
        {
            Emit(item);
        }
        else
        {
            var selected = new PSObject();
            foreach (var (name, value) in _selectors.SelectMany(selector => selector.On(item)))
            {
                if (selected.Properties[name] is null)
                {
                    selected.Properties.Add(new PSNoteProperty(name, value));
                }
                else
                {
                    Error($"The property cannot be processed because the property \"{name}\" already exists.", "AlreadyExistingUserSpecifiedPropertyNoExpand", ErrorCategory.InvalidOperation, item);
                }
            }

            selected.TypeNames.Insert(0, $"Selected.{item.BaseObject.GetType()}");
            Emit(selected);
        }
    }

    private void Expand(PSObject item, PropertySelector selector)
    {
        var results = selector.Expression.GetValues(item);
        if (results.Count != 1)
        {
            Error(
                results.Count == 0
                    ? $"Property \"{ExpandProperty}\" cannot be found."
                    : $"Multiple properties match \"{ExpandProperty}\": only one can be expanded.",
                results.Count == 0 ? "ExpandPropertyNotFound" : "MutlipleExpandProperties",
                ErrorCategory.InvalidArgument,
                item);
            return;
        }

        if (results[0].Exception is { } failure)
        {
            WriteError(new ErrorRecord(failure, "PropertyEvaluationExpand", ErrorCategory.InvalidResult, item));
            return;
        }

        foreach (var value in LanguagePrimitives.GetEnumerable(results[0].Result) ?? new[] { results[0].Result })
        {
            if (value is not null)
            {
                Emit(PSObject.AsPSObject(value));
            }
        }
    }

    private void Emit(PSObject item)
    {
        if (!Unique)
        {
            WriteObject(item);
        }
        else if (!_unique.Any(known => AreEqual(known, item)))
        {
            _unique.Add(item);
        }
    }

    private bool AreEqual(PSObject left, PSObject right)
    {
        if (_selectors.Length == 0)
        {
            return _comparer.Compare(left.BaseObject, right.BaseObject) == 0;
        }

        var names = left.Properties.Select(property => property.Name).ToList();
        return names.Count == right.Properties.Count()
            && names.TrueForAll(name => right.Properties[name] is { } other && _comparer.Compare(left.Properties[name].Value, other.Value) == 0);
    }

    private void Error(string message, string id, ErrorCategory category, object target) =>
        WriteError(new ErrorRecord(new PSArgumentException(message), id, category, target));

    private void Refuse(string what) =>
        ThrowTerminatingError(new ErrorRecord(
            new PSNotSupportedException($"This console's Select-Object does not support {what}; PowerShell 7.4 and newer do."),
            "NotSupportedByConsole",
            ErrorCategory.NotImplemented,
            null));
}
