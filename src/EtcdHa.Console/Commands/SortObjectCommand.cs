using System.Management.Automation;

namespace EtcdHa.Console.Commands;

/// <summary>Sort-Object with -Property, -Descending, -Unique, -Top, -Bottom, -Stable and -CaseSensitive. The order is always stable.</summary>
[Cmdlet("Sort", "Object", DefaultParameterSetName = "Default", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2097038")]
internal sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter(ParameterSetName = "Default")]
    public SwitchParameter Stable { get; set; }

    [Parameter(ParameterSetName = "Top", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    [Parameter(ParameterSetName = "Bottom", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            _items.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        if (_items.Count == 0)
        {
            return;
        }

        var selectors = (Property ?? DefaultKeys(_items[0])).Select(entry => PropertySelector.From(entry, named: false)).ToArray();
        var comparer = new ValueComparer(CaseSensitive);
        var keyed = _items.ConvertAll(item => (Item: item, Keys: KeysOf(item, selectors)));
        var width = keyed.Max(entry => entry.Keys.Length);
        var order = keyed.OrderBy(_ => 0);
        for (var i = 0; i < width; i++)
        {
            var place = i;
            object? Key((PSObject Item, object?[] Keys) entry) => place < entry.Keys.Length ? entry.Keys[place] : null;
            var descending = selectors.ElementAtOrDefault(place)?.Descending ?? Descending;
            order = descending ? order.ThenByDescending(Key, comparer) : order.ThenBy(Key, comparer);
        }

        var sorted = order.ToList();
        if (Unique)
        {
            sorted = [.. sorted.Where((entry, index) => index == 0 || !SameKeys(sorted[index - 1].Keys, entry.Keys, comparer))];
        }

        var wanted = ParameterSetName switch
        {
            "Top" => sorted.Take(Top),
            "Bottom" => sorted.TakeLast(Bottom),
            _ => sorted,
        };
        foreach (var (item, _) in wanted)
        {
            WriteObject(item);
        }
    }

    private static object?[] KeysOf(PSObject item, PropertySelector[] selectors) =>
        selectors.Length == 0
            ? [item.BaseObject]
            : [.. selectors.SelectMany(selector => selector.On(item)).Select(found => found.Value)];

    private static bool SameKeys(object?[] left, object?[] right, ValueComparer comparer) =>
        left.Length == right.Length && left.Zip(right).All(pair => comparer.Compare(pair.First, pair.Second) == 0);

    /// <summary>The properties a type names as its key; none for values, which are compared themselves.</summary>
    private static object[] DefaultKeys(PSObject item) =>
        item.Members["PSStandardMembers"]?.Value is PSMemberSet standard
        && standard.Members["DefaultKeyPropertySet"] is PSPropertySet keys
            ? [.. keys.ReferencedPropertyNames]
            : [];
}
