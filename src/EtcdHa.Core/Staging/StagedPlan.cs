using System.Text;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Staging;

/// <summary>What the staging folder holds and lacks, for a plan. Looking writes nothing; making it is what the cmdlets of the single steps do.</summary>
/// <param name="Topology">The topology.</param>
/// <param name="Steps">What is to be made, in the order it is made.</param>
/// <param name="Members">What goes to each member's host, by name.</param>
/// <param name="Warnings">What may surprise.</param>
internal sealed record StagedPlan(
    EtcdTopology Topology, IReadOnlyList<WorkstationStep> Steps, IReadOnlyDictionary<string, StagedMemberPlan> Members, IReadOnlyList<string> Warnings)
{
    private const string CaAction = "Create certificate authority";

    /// <summary>Looks at the staging folder.</summary>
    /// <param name="topology">The topology, as <see cref="StagedTopology.Resolve"/> gave it.</param>
    /// <param name="members">Those of its members the plan is for.</param>
    /// <param name="stagingPath">The staging folder, absolute; it need not exist.</param>
    /// <param name="excludeCaKey">True: the CA's key goes to no host.</param>
    /// <param name="now">The current time.</param>
    /// <exception cref="EtcdCertificateException">What is there is wrong or has expired.</exception>
    public static StagedPlan Look(EtcdTopology topology, IReadOnlyList<EtcdMember> members, string stagingPath, bool excludeCaKey, DateTimeOffset now)
    {
        var folder = new StagingFolder(stagingPath);
        bool hasToken = !StagedTopology.IsUndecided(topology);
        var steps = new List<WorkstationStep?>
        {
            Text("Write the topology", null, folder.TopologyPath, ReadText(stagingPath, folder.TopologyPath), hasToken ? StagedTopology.Text(topology) : null,
                hasToken ? "" : ", with a new initial-cluster-token"),
        };
        string?[] configs = [.. members.Select(m => hasToken ? KubeadmConfigWriter.Write(topology, m) : null)];
        steps.AddRange(members.Zip(configs, (m, config) => Text("Write kubeadmcfg.yaml", m, folder.KubeadmConfigPath(m), folder.ReadKubeadmConfig(m), config, "")));

        EtcdCertificateAuthority? authority = folder.FindAuthorityOrNone(now);
        steps.Add(authority is null ? new WorkstationStep(CaAction, null, folder.AuthorityCertificatePath, EtcdChange.Created, "absent, with a new key") : null);
        IReadOnlyList<string>[] missing = [.. members.Select(m => folder.MissingCertificates(topology, m, now))];
        steps.AddRange(members.Zip(missing, (m, names) => Certificates(m, folder.CertificatesFolder(m), names)));
        return new StagedPlan(
            topology,
            [.. steps.OfType<WorkstationStep>()],
            members.Select((m, i) => new StagedMemberPlan(m, configs[i], Files(stagingPath, topology, m, missing[i], authority, excludeCaKey))).ToDictionary(m => m.Member.Name),
            authority is null ? [] : [.. CertificateChecks.AuthorityWarnings(authority, topology.CertificateValidity, now)]);
    }

    /// <summary>Makes what one of <see cref="Steps"/> says, as the cmdlets of the single steps do: it looks again and makes only what is missing.</summary>
    /// <param name="step">The step.</param>
    /// <param name="topology">The topology, with its token.</param>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancellationToken">Stops the wait for keys; nothing is written then.</param>
    public static async Task MakeAsync(EtcdPlanStep step, EtcdTopology topology, string stagingPath, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var folder = new StagingFolder(stagingPath);
        if (step.Target == folder.TopologyPath)
        {
            StagedTopology.Write(topology, stagingPath);
        }
        else if (step.Target == folder.AuthorityCertificatePath)
        {
            await folder.EnsureAuthorityAsync(topology, now, cancellationToken).ConfigureAwait(false);
        }
        else if (step.Target == folder.KubeadmConfigPath(step.Member!))
        {
            folder.WriteKubeadmConfig(step.Member!, KubeadmConfigWriter.Write(topology, step.Member!));
        }
        else
        {
            await folder.EnsureCertificateSetAsync(topology, step.Member!, now, CertificateReplacement.None, cancellationToken).ConfigureAwait(false);
        }
    }

    private static WorkstationStep? Text(string action, EtcdMember? member, string path, string? before, string? after, string how)
        => before == after && after is not null ? null
            : new WorkstationStep(action, member, path, before is null ? EtcdChange.Created : EtcdChange.Updated, (before is null ? "absent" : "content differs") + how)
            {
                Before = before,
                After = after,
            };

    private static WorkstationStep? Certificates(EtcdMember member, string folder, IReadOnlyList<string> names)
    {
        bool isNew = KubeadmCertificates.LeafNames.All(n => names.Contains(n));
        return names.Count == 0 ? null
            : new WorkstationStep(
                $"Create certificates of {member.Name}", member, folder,
                isNew ? EtcdChange.Created : EtcdChange.Updated,
                isNew ? "absent" : "absent: " + string.Join(", ", names));
    }

    private static IReadOnlyList<PlannedFile> Files(
        string stagingPath, EtcdTopology topology, EtcdMember member, IReadOnlyList<string> missing, EtcdCertificateAuthority? authority, bool excludeCaKey)
    {
        var folder = new StagingFolder(stagingPath);
        bool withCaKey = IncludesCaKey(topology, member, stagingPath, excludeCaKey);
        bool IsMissing(string file) => file == KubeadmCertificates.AuthorityKeyFile ? authority is null : missing.Contains(file[..^".crt".Length]);
        string[] there = [.. KubeadmCertificates.FilesOf(withCaKey).Where(f => !IsMissing(f))];
        var staged = StagedMember.ReadFiles(stagingPath, member, there).ToDictionary(f => f.RelativePath, f => f.Content);
        return [.. KubeadmCertificates.FilesOf(withCaKey).Select(f => new PlannedFile(f, staged.TryGetValue(f, out ReadOnlyMemory<byte> content) ? content : (ReadOnlyMemory<byte>?)null))];
    }

    /// <summary>True for the member whose host gets the CA's key: the first, unless the key is to stay, or was never here.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member.</param>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    /// <param name="excludeCaKey">True: the key goes to no host.</param>
    public static bool IncludesCaKey(EtcdTopology topology, EtcdMember member, string stagingPath, bool excludeCaKey)
        => !excludeCaKey && member.Name == topology.Members[0].Name && !new StagingFolder(stagingPath).HasExternalAuthority(member);

    private static string? ReadText(string stagingPath, string path) => new StagingFiles(stagingPath).Read(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}

/// <summary>Something to be made in the staging folder.</summary>
/// <param name="Action">What, in words.</param>
/// <param name="Member">For which member; null: for all.</param>
/// <param name="Target">The file, or the folder of a member's certificates, absolute.</param>
/// <param name="Change">Created or Updated.</param>
/// <param name="Reason">Why.</param>
internal sealed record WorkstationStep(string Action, EtcdMember? Member, string Target, EtcdChange Change, string Reason)
{
    /// <summary>A text file's content now; null when it is not there, or is no text.</summary>
    public string? Before { get; init; }

    /// <summary>A text file's content then; null when it is not known, or is no text.</summary>
    public string? After { get; init; }
}

/// <summary>What goes to a member's host.</summary>
/// <param name="Member">The member.</param>
/// <param name="KubeadmConfig">Its kubeadm configuration; null: still to be made.</param>
/// <param name="Pki">Its certificates and keys, some perhaps still to be made.</param>
internal sealed record StagedMemberPlan(EtcdMember Member, string? KubeadmConfig, IReadOnlyList<PlannedFile> Pki);
