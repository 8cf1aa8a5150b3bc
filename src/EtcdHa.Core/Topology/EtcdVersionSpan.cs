namespace EtcdHa.Core.Topology;

/// <summary>The etcd versions that have something.</summary>
/// <param name="Since">The first version that has it in each minor to which it came with a patch, ascending; every later minor has it.</param>
/// <param name="GoneIn">The first version that has it no more; null: none.</param>
internal sealed record EtcdVersionSpan(IReadOnlyList<Version> Since, Version? GoneIn)
{
    /// <summary>A span from texts.</summary>
    /// <param name="since">Versions, with a space between.</param>
    /// <param name="goneIn">A version; null: none.</param>
    public static EtcdVersionSpan Of(string since, string? goneIn) =>
        new([.. since.Split(' ').Select(Version.Parse)], goneIn is null ? null : Version.Parse(goneIn));

    /// <summary>Whether an etcd has it.</summary>
    public bool Holds(Version etcd)
    {
        Version? first = Since.FirstOrDefault(s => (s.Major, s.Minor) == (etcd.Major, etcd.Minor));
        return etcd >= (first ?? Since[^1]) && (GoneIn is null || etcd < GoneIn);
    }

    /// <summary><c>etcd has since 3.4.11 and no more in 3.7.0</c>, for messages.</summary>
    public override string ToString() =>
        $"etcd has since {string.Join(" and ", Since)}{(GoneIn is null ? "" : $" and no more in {GoneIn}")}";
}
