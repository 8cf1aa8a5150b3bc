using System.Collections.Immutable;

namespace EtcdHa.Core.Topology;

/// <summary>A fact of one Kubernetes minor that changes at a patch: each value holds from its patch on, the first from 0.</summary>
internal static class PatchTable
{
    /// <summary>The value that holds at a patch.</summary>
    public static T At<T>(this ImmutableArray<(int FromPatch, T Value)> table, int patch) => table.Last(e => e.FromPatch <= patch).Value;
}
