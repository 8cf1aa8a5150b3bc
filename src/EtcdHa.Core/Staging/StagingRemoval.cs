namespace EtcdHa.Core.Staging;

/// <summary>What removing a staging folder did.</summary>
/// <param name="Removed">Files and folders that are gone, absolute.</param>
/// <param name="Remaining">What stays because EtcdHa does not write files of that name, absolute; empty when the folder itself is gone.</param>
public sealed record StagingRemoval(IReadOnlyList<string> Removed, IReadOnlyList<string> Remaining);
