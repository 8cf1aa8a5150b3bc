namespace EtcdHa.Core.Topology;

/// <summary>The field names of the topology file, by the mapping they stand in. Reader, writer and schema use the same.</summary>
internal static class TopologyFileFields
{
    /// <summary>The file itself.</summary>
    public static readonly string[] Topology =
    [
        "apiVersion", "kind", "kubernetesVersion", "kubeadmApiVersion", "imageRepository", "imageTag", "dataDir",
        "certificatesDir", "clientPort", "peerPort", "metricsPort", "encryptionAlgorithm", "certificateValidityPeriod",
        "caCertificateValidityPeriod", "healthCheckTimeout", "initialClusterToken", "initialClusterTokenGenerated", "serverCertSANs", "peerCertSANs",
        "extraArgs", "extraEnvs", "ssh", "members",
    ];

    /// <summary>One of <c>members</c>.</summary>
    public static readonly string[] Member =
    [
        "name", "address", "dnsName", "ssh", "clientPort", "peerPort", "metricsPort", "serverCertSANs", "peerCertSANs",
    ];

    /// <summary>One of <c>extraArgs</c>.</summary>
    public static readonly string[] NameValue = ["name", "value"];

    /// <summary>The topology's <c>ssh</c>.</summary>
    public static readonly string[] Ssh =
    [
        "user", "port", "identityFile", "certificateFile", "identitiesOnly", "identityAgent", "knownHostsFile", "hostKeyPolicy",
        "connectTimeout", "commandTimeout", "sudoMode", "jumpHost", "allowWeakAlgorithms",
    ];

    /// <summary>A member's <c>ssh</c>, or one of <c>jumpHost</c>, when it is a mapping.</summary>
    public static readonly string[] SshTarget = ["host", .. Ssh, "hostKeyFingerprint", "configFile"];

    /// <summary>The field that <paramref name="name"/> most likely means, or null.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        int allowed = Math.Max(1, name.Length / 3);
        return known
            .Select(field => (Field: field, Distance: Distance(name.ToLowerInvariant(), field.ToLowerInvariant())))
            .Where(c => c.Distance <= allowed)
            .OrderBy(c => c.Distance)
            .Select(c => c.Field)
            .FirstOrDefault();
    }

    // Levenshtein's edit distance.
    private static int Distance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] current = new int[b.Length + 1];
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
