using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology;

/// <summary>A topology that keeps every rule, in canonical form, and what is allowed but worth knowing.</summary>
/// <param name="Topology">The topology: IPv6 canonical, versions with a leading v, paths without a trailing slash.</param>
/// <param name="Warnings">Sentences for the operator; empty when there is nothing to say.</param>
public sealed record ValidatedTopology(EtcdTopology Topology, IReadOnlyList<string> Warnings);

/// <summary>
/// The rules a topology must keep so that kubeadm accepts its configuration, etcd starts with its manifest and the members find
/// each other. Where kubeadm accepts what can only fail later (expired certificates, flags that defeat a mount), it is refused here.
/// </summary>
public static partial class TopologyRules
{
    /// <summary>etcd's own advice: more members make writes slower, not the cluster safer (etcd FAQ).</summary>
    private const int MaxAdvisedMembers = 7;

    /// <summary>Checks a topology and brings it into canonical form.</summary>
    /// <param name="topology">The topology, from wherever.</param>
    /// <exception cref="EtcdTopologyException">A rule is broken; each has its own id. The subject is the member's name or the value.</exception>
    public static ValidatedTopology Validate(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (topology.Members.Count == 0)
        {
            throw new EtcdTopologyException("TopologyHasNoMembers");
        }

        EtcdTopology canonical = SettingsRules.Canonical(topology with
        {
            Members = [.. topology.Members.Select(ValidateMember)],
            ServerCertSan = [.. topology.ServerCertSan.Select(SettingsRules.CanonicalSan)],
            PeerCertSan = [.. topology.PeerCertSan.Select(SettingsRules.CanonicalSan)],
        });
        List<string> warnings = [];
        SettingsRules.CheckSettings(canonical, warnings);
        MemberRules.CheckTogether(canonical);
        ArgumentRules.Check(canonical, warnings);
        CheckToken(canonical, warnings);
        WarnOfSize(canonical.Members.Count, warnings);
        return new(canonical, warnings);
    }

    /// <summary>Checks what can be checked of a member alone and brings its addresses into canonical form.</summary>
    /// <param name="member">The member.</param>
    /// <exception cref="EtcdTopologyException">A rule is broken; the subject is the member's name.</exception>
    public static EtcdMember ValidateMember(EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return MemberRules.Canonical(member);
    }

    private static void CheckToken(EtcdTopology topology, List<string> warnings)
    {
        // A token still to be made (null and generated) is as good as a unique one.
        if (topology.InitialClusterToken is null)
        {
            if (!topology.IsTokenGenerated)
            {
                warnings.Add(
                    "No initial-cluster-token: a rebuild on the same addresses gets the same member and cluster IDs, and a data directory left over from this cluster can join it.");
            }
        }
        else if (!Token().IsMatch(topology.InitialClusterToken) || topology.InitialClusterToken == TopologyFile.NoToken)
        {
            throw new EtcdTopologyException("InitialClusterTokenInvalid", topology.InitialClusterToken)
            {
                Subject = topology.InitialClusterToken,
            };
        }
    }

    private static void WarnOfSize(int members, List<string> warnings)
    {
        int tolerated = (members - 1) / 2;
        if (members > MaxAdvisedMembers)
        {
            warnings.Add($"{members} members: etcd advises {MaxAdvisedMembers} at most; each write waits for {(members / 2) + 1} of them.");
        }

        if (members % 2 == 0)
        {
            warnings.Add($"{members} members survive the loss of no more than {members - 1} would ({tolerated}): use an odd number, 3 or 5.");
        }
        else if (members == 1)
        {
            warnings.Add("A cluster of one member does not survive its loss: use 3 members or 5.");
        }
    }

    // Free text to etcd; these characters need no quoting in any file, shell or log it appears in.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
