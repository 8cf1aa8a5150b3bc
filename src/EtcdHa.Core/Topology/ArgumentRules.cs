using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology;

/// <summary>
/// Rules of extra etcd arguments and environment variables. Refused is what would differ per member, what a field of the topology
/// sets, and what would make the flags and the pod's volumes disagree: kubeadm mounts its own paths whatever the flags say.
/// </summary>
internal static partial class ArgumentRules
{
    private const string AddressAndPorts = "Set the member's Address and the ports.";
    private const string Certificates = "Set CertificatesDirectory; the file names in it are kubeadm's.";

    /// <summary>Flags that are not the operator's to give, and why or what to set instead.</summary>
    private static readonly Dictionary<string, string> Owned = new(StringComparer.Ordinal)
    {
        ["name"] = "Set the member's Name.",
        ["data-dir"] = "Set DataDirectory.",
        ["initial-cluster"] = "It is made from Members.",
        ["initial-cluster-state"] = "A new cluster's state is always 'new'.",
        [MemberArguments.InitialClusterToken] = "Set InitialClusterToken.",
        ["listen-peer-urls"] = AddressAndPorts,
        ["listen-client-urls"] = AddressAndPorts,
        ["advertise-client-urls"] = AddressAndPorts,
        ["initial-advertise-peer-urls"] = AddressAndPorts,
        ["cert-file"] = Certificates,
        ["key-file"] = Certificates,
        ["trusted-ca-file"] = Certificates,
        ["peer-cert-file"] = Certificates,
        ["peer-key-file"] = Certificates,
        ["peer-trusted-ca-file"] = Certificates,
        ["client-cert-auth"] = "Clients must show a certificate: etcd has no other guard.",
        ["peer-client-cert-auth"] = "Peers must show a certificate: etcd has no other guard.",
        ["config-file"] = "With a configuration file etcd ignores every flag; give the settings as extra arguments.",
        ["discovery"] = "The cluster is described by Members.",
        ["discovery-srv"] = "The cluster is described by Members.",
        ["force-new-cluster"] = "On every start it would make each member a cluster of its own.",
    };

    /// <summary>Checks a topology whose paths are canonical.</summary>
    public static void Check(EtcdTopology topology, List<string> warnings)
    {
        foreach (EtcdNameValue argument in topology.ExtraArg)
        {
            CheckArgument(argument, topology);
        }

        CheckMetricsUrls(topology, warnings);
        CheckEnvironment(topology);
    }

    private static void CheckArgument(EtcdNameValue argument, EtcdTopology topology)
    {
        if (!FlagName().IsMatch(argument.Name) || HasBadCharacter(argument.Value))
        {
            throw new EtcdTopologyException("ExtraArgInvalid", argument.Name) { Subject = argument.Name };
        }

        if (Owned.TryGetValue(argument.Name, out string? instead))
        {
            throw new EtcdTopologyException("ExtraArgOwned", argument.Name, instead) { Subject = argument.Name };
        }

        bool isPath = argument.Name.EndsWith("-file", StringComparison.Ordinal) || argument.Name.EndsWith("-dir", StringComparison.Ordinal);
        string mounted = topology.CertificatesDirectory + "/etcd";
        bool isMounted = new[] { mounted, topology.DataDirectory }.Any(d => argument.Value.StartsWith(d + "/", StringComparison.Ordinal))
            && !argument.Value.Contains("/../", StringComparison.Ordinal);
        if (isPath && argument.Value.Length > 0 && !isMounted)
        {
            throw new EtcdTopologyException("ExtraArgPathNotMounted", argument.Name, argument.Value, mounted, topology.DataDirectory)
            {
                Subject = argument.Name,
            };
        }
    }

    private static void CheckMetricsUrls(EtcdTopology topology, List<string> warnings)
    {
        string? urls = topology.ExtraArg.LastOrDefault(a => a.Name == MemberArguments.ListenMetricsUrls)?.Value;
        if (urls is null)
        {
            return;
        }

        EtcdMember? member = topology.Members.FirstOrDefault(m => m.EffectiveMetricsPort(topology) != MemberArguments.KubeadmMetricsPort);
        if (member is not null)
        {
            throw new EtcdTopologyException("ExtraArgOwned", MemberArguments.ListenMetricsUrls, $"The metrics port of {member.Name} sets it already; give one of the two.")
            {
                Subject = MemberArguments.ListenMetricsUrls,
            };
        }

        if (urls.StartsWith("https:", StringComparison.Ordinal))
        {
            warnings.Add(
                "listen-metrics-urls starts with an https URL: the kubelet's probes go there without a client certificate, are refused, and the kubelet kills etcd. Put an http URL on loopback first.");
        }
    }

    private static void CheckEnvironment(EtcdTopology topology)
    {
        HashSet<string> flags = [.. topology.ExtraArg.Select(a => a.Name), .. Owned.Keys, .. ReplaceableFlags(topology)];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (EtcdEnvironmentVariable variable in topology.ExtraEnv)
        {
            if (!VariableName().IsMatch(variable.Name ?? "") || HasBadCharacter(variable.Value) || !seen.Add(variable.Name!))
            {
                throw new EtcdTopologyException("ExtraEnvInvalid", variable.Name) { Subject = variable.Name };
            }

            CheckFieldPath(variable);

            // etcd: ETCD_DATA_DIR stands for --data-dir, and both at once end it: "conflicting environment variable is shadowed by
            // corresponding command-line flag" (client pkg/flags).
            string flag = variable.Name!.StartsWith("ETCD_", StringComparison.Ordinal)
                ? variable.Name["ETCD_".Length..].ToLowerInvariant().Replace('_', '-')
                : "";
            if (flags.Contains(flag))
            {
                throw new EtcdTopologyException("ExtraEnvShadowed", variable.Name, flag) { Subject = variable.Name };
            }
        }
    }

    private static void CheckFieldPath(EtcdEnvironmentVariable variable)
    {
        if (variable.FieldPath is not string path)
        {
            return;
        }

        string? reason = variable.Value.Length > 0 ? $"the value '{variable.Value}' is given as well"
            : FieldPath().IsMatch(path) ? null
            : $"'{path}' is not a field the kubelet looks up";
        if (reason is not null)
        {
            throw new EtcdTopologyException("ExtraEnvFieldInvalid", variable.Name, reason) { Subject = variable.Name };
        }
    }

    /// <summary>Flags of kubeadm's manifest that an extra argument may replace.</summary>
    private static IEnumerable<string> ReplaceableFlags(EtcdTopology topology) => VersionGate.FlagsOf(topology).Append("snapshot-count");

    // No process takes NUL, no UTF-8 half a pair. The others kubeadm reads, but cannot write into a manifest: its serializer goes through
    // JSON that go-yaml then refuses ("control characters are not allowed"), or, of U+0085, folds into a space.
    private static bool HasBadCharacter(string? value) =>
        value is null || value.EnumerateRunes().Any(r => r.Value is 0 or (>= 0x7F and <= 0x9F) or (>= 0xFFFD and <= 0xFFFF));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex FlagName();

    // kubernetes/kubernetes pkg/apis/core/validation: validEnvDownwardAPIFieldPathExpressions, and labels and annotations by key.
    [GeneratedRegex(
        @"\A(metadata\.(name|namespace|uid|(labels|annotations)\['[^'\r\n]+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIP|hostIPs|podIP|podIPs))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex FieldPath();

    // Kubernetes' relaxed rule up to 1.33: IsEnvVarName.
    [GeneratedRegex(@"\A[-._A-Za-z][-._A-Za-z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
