using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace EtcdHa;

/// <summary>
/// Makes a record's list one that PowerShell can index. The list the compiler makes of a collection expression has no public
/// indexer, and PowerShell then takes <c>$topology.Members[0]</c> for the whole list, without an error.
/// </summary>
internal static class IndexedList
{
    /// <summary>The list itself when it has an indexer of its own, else a read-only copy that has.</summary>
    [return: NotNullIfNotNull(nameof(list))]
    public static IReadOnlyList<T>? Of<T>(IReadOnlyList<T>? list) =>
        list is null or T[] or List<T> or ReadOnlyCollection<T> ? list : Array.AsReadOnly(list.ToArray());
}
