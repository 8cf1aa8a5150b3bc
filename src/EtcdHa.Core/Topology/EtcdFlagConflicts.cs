namespace EtcdHa.Core.Topology;

/// <summary>
/// Flags that etcd 3.6 takes under their old name or their new one, but ends at when it gets both (etcd v3.6.8
/// server/embed/config.go: experimentalFlagMigrationMap, SetFeatureGatesFromExperimentalFlags). An argument carried over from an older
/// cluster meets kubeadm's own under the new name.
/// </summary>
internal static class EtcdFlagConflicts
{
    private const string OldPrefix = "experimental-";

    /// <summary>Old flags that became feature gates (server/features/etcd_features.go); the others only lost their prefix.</summary>
    private static readonly Dictionary<string, string> Features = new(StringComparer.Ordinal)
    {
        ["experimental-stop-grpc-service-on-defrag"] = "StopGRPCServiceOnDefrag",
        ["experimental-initial-corrupt-check"] = "InitialCorruptCheck",
        ["experimental-compact-hash-check-enabled"] = "CompactHashCheck",
        ["experimental-txn-mode-write-with-shared-buffer"] = "TxnModeWriteWithSharedBuffer",
        ["experimental-enable-lease-checkpoint"] = "LeaseCheckpoint",
        ["experimental-enable-lease-checkpoint-persist"] = "LeaseCheckpointPersist",
    };

    /// <summary>The first flag that is given under both names; null: none.</summary>
    /// <param name="arguments">etcd's arguments.</param>
    public static (string Old, string New)? Find(IReadOnlyCollection<EtcdNameValue> arguments)
    {
        foreach (string old in arguments.Select(a => a.Name).Where(n => n.StartsWith(OldPrefix, StringComparison.Ordinal)))
        {
            string renamed = old[OldPrefix.Length..];
            EtcdNameValue? other = Features.TryGetValue(old, out string? feature)
                ? arguments.FirstOrDefault(a => a.Name == EtcdFlags.FeatureGates && a.Value.Contains(feature, StringComparison.Ordinal))
                : arguments.FirstOrDefault(a => a.Name == renamed);
            if (other is not null)
            {
                return (old, feature is null ? renamed : $"{EtcdFlags.FeatureGates}={feature}");
            }
        }

        return null;
    }
}
