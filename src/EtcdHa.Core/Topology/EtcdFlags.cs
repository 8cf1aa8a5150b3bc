using System.Collections.Frozen;

namespace EtcdHa.Core.Topology;

/// <summary>
/// Which etcd knows which command line flag: a flag it does not know ends it with "flag provided but not defined". Source: the flags
/// defined in server/etcdmain/config.go and server/embed/config.go at every release tag of etcd-io/etcd from v3.2.0 to v3.7.1.
/// </summary>
internal static class EtcdFlags
{
    public const string FeatureGates = "feature-gates";

    /// <summary>The oldest etcd the table is true for.</summary>
    public static Version Oldest { get; } = new(3, 2, 0);

    private static readonly FrozenDictionary<string, EtcdVersionSpan> Spans = new Dictionary<string, EtcdVersionSpan>(
    [
        .. Rows("3.2.0", null, """
            advertise-client-urls auth-token auto-compaction-retention auto-tls cert-file client-cert-auth config-file cors data-dir
            discovery-fallback discovery-srv election-timeout enable-pprof force-new-cluster heartbeat-interval
            initial-advertise-peer-urls initial-cluster initial-cluster-state initial-cluster-token key-file listen-client-urls
            listen-peer-urls max-snapshots max-wals metrics name peer-auto-tls peer-cert-file peer-client-cert-auth peer-key-file
            peer-trusted-ca-file quota-backend-bytes snapshot-count strict-reconfig-check trusted-ca-file version wal-dir
            """),
        .. Rows("3.2.10", null, "grpc-keepalive-interval grpc-keepalive-min-time grpc-keepalive-timeout max-request-bytes"),
        .. Rows("3.2.19 3.3.4", null, "initial-election-tick-advance"),
        .. Rows("3.2.22 3.3.7", null, "cipher-suites"),
        .. Rows("3.3.0", null, "auto-compaction-mode client-crl-file listen-metrics-urls max-txn-ops peer-cert-allowed-cn peer-crl-file"),
        .. Rows("3.3.23 3.4.10", null, "auth-token-ttl"),
        .. Rows("3.4.0", null, """
            backend-batch-interval backend-batch-limit bcrypt-cost client-cert-allowed-hostname discovery-srv-name enable-grpc-gateway
            host-whitelist log-level log-outputs logger peer-cert-allowed-hostname pre-vote
            """),
        .. Rows("3.4.10", null, "unsafe-no-fsync"),
        .. Rows("3.4.20 3.5.5", null, "max-concurrent-streams"),
        .. Rows("3.4.25 3.5.8", null, "listen-client-http-urls tls-max-version tls-min-version"),
        .. Rows("3.5.0", null, """
            backend-bbolt-freelist-type client-cert-file client-key-file enable-log-rotation log-rotation-config-json
            peer-client-cert-file peer-client-key-file raft-read-timeout raft-write-timeout self-signed-cert-validity
            socket-reuse-address socket-reuse-port v2-deprecation
            """),
        .. Rows("3.6.0", null, """
            bootstrap-defrag-threshold-megabytes compact-hash-check-time compaction-batch-limit compaction-sleep-interval
            corrupt-check-time discovery-cacert discovery-cert discovery-dial-timeout discovery-endpoints
            discovery-insecure-skip-tls-verify discovery-insecure-transport discovery-keepalive-time discovery-keepalive-timeout
            discovery-key discovery-password discovery-request-timeout discovery-token discovery-user distributed-tracing-address
            distributed-tracing-instance-id distributed-tracing-sampling-rate distributed-tracing-service-name downgrade-check-time
            enable-distributed-tracing feature-gates log-format max-learners memory-mlock peer-skip-client-san-verification
            snapshot-catchup-entries warning-apply-duration warning-unary-request-duration watch-progress-notify-interval
            """),

        // Gone again.
        .. Rows("3.2.0", "3.4.0", "ca-file peer-ca-file"),
        .. Rows("3.2.0", "3.5.0", "debug log-output log-package-levels"),
        .. Rows("3.2.0", "3.6.0", """
            enable-v2 proxy proxy-dial-timeout proxy-failure-wait proxy-read-timeout proxy-refresh-interval proxy-write-timeout
            """),
        .. Rows("3.2.0", "3.7.0", "discovery discovery-proxy"),
        .. Rows("3.3.0", "3.6.0", "experimental-enable-v2v3"),
        .. Rows("3.4.0", "3.5.0", "experimental-backend-bbolt-freelist-type"),
        .. Rows("3.4.31", "3.5.0", "next-cluster-version-compatible"),
        .. Rows("3.2.28 3.3.16", "3.7.0", "experimental-peer-skip-client-san-verification"),
        .. Rows("3.3.0", "3.7.0", "experimental-corrupt-check-time experimental-initial-corrupt-check"),
        .. Rows("3.4.0", "3.7.0", "experimental-compaction-batch-limit experimental-enable-lease-checkpoint"),
        .. Rows("3.4.11", "3.7.0", "experimental-watch-progress-notify-interval"),
        .. Rows("3.4.16", "3.7.0", "experimental-warning-apply-duration"),
        .. Rows("3.4.20 3.5.2", "3.7.0", "experimental-enable-lease-checkpoint-persist"),
        .. Rows("3.5.0", "3.7.0", """
            experimental-bootstrap-defrag-threshold-megabytes experimental-distributed-tracing-address
            experimental-distributed-tracing-instance-id experimental-distributed-tracing-service-name
            experimental-downgrade-check-time experimental-enable-distributed-tracing experimental-memory-mlock
            experimental-txn-mode-write-with-shared-buffer
            """),
        .. Rows("3.5.5", "3.7.0", "experimental-compact-hash-check-enabled experimental-compact-hash-check-time"),
        .. Rows("3.5.11", "3.7.0", "experimental-distributed-tracing-sampling-rate"),
        .. Rows("3.5.14", "3.7.0", "experimental-snapshot-catchup-entries experimental-stop-grpc-service-on-defrag"),
        .. Rows("3.5.16", "3.7.0", "experimental-compaction-sleep-interval"),
        .. Rows("3.6.0", "3.7.0", "experimental-warning-unary-request-duration"),
    ]).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The etcd versions that have a flag; null: none known does.</summary>
    public static EtcdVersionSpan? Find(string flag) => Spans.GetValueOrDefault(flag);

    private static IEnumerable<KeyValuePair<string, EtcdVersionSpan>> Rows(string since, string? goneIn, string flags)
    {
        var span = EtcdVersionSpan.Of(since, goneIn);
        return flags.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(f => KeyValuePair.Create(f, span));
    }
}
