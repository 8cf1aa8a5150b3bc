using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>What one look at a host told.</summary>
/// <param name="State">Paths and units.</param>
/// <param name="Output">Everything it printed: lines of a name, <c>|</c> and a value.</param>
internal sealed record HostFacts(HostState State, string Output)
{
    /// <summary>The values of all lines of a name.</summary>
    /// <param name="name">The lines' first field.</param>
    public string[] Values(string name) => HostLook.Values(Output, name);

    /// <summary>The value of the first line of a name; null when there is none.</summary>
    /// <param name="name">The line's first field.</param>
    public string? Value(string name) => Values(name).FirstOrDefault();

    /// <summary>The fields of all lines of a name that have so many.</summary>
    /// <param name="name">The lines' first field.</param>
    /// <param name="count">How many fields follow it; the last one may hold the separator.</param>
    public IEnumerable<string[]> Rows(string name, int count) => Values(name).Select(v => v.Split('|', count)).Where(f => f.Length == count);
}
