namespace EtcdHa.Core.Hosts.DataDirectory;

/// <summary>A member's data directory as it was found on a host.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Exists">True when it is there.</param>
/// <param name="HasMember">True when it holds a member's data: then etcd goes on with that and founds nothing.</param>
/// <param name="Metadata">Whose it is; null without a member, or when no file of its write-ahead log can be read.</param>
/// <param name="WrittenAt">When its write-ahead log was last written, by the host's clock; null when it has none.</param>
public sealed record DataDirectoryState(string Path, bool Exists, bool HasMember, WalMetadata? Metadata, DateTimeOffset? WrittenAt);
