using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>Checks the page's lists on a host: every file there and right, nothing unexpected. Private keys stay on the host.</summary>
public static class MemberFilesChecker
{
    /// <summary>The finding of a file that is missing.</summary>
    internal const string NotThere = "not there";

    /// <summary>How a finding begins of what no step of ours replaces or takes away.</summary>
    internal const string NotExpected = "unexpected";

    /// <summary>The finding of a ca.crt that is not the staged one.</summary>
    internal const string OtherAuthority = "another CA than the staging folder's";

    private const string CaCertificate = KubeadmCertificates.AuthorityName + ".crt";

    /// <summary>Looks at every expected file and lists what else lies in the certificates directory.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="expected">What is expected of this host.</param>
    /// <param name="now">The time certificates must be valid at.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <returns>One row a file, expected ones first in the page's order, then unexpected ones.</returns>
    public static async Task<IReadOnlyList<EtcdFileCheck>> CheckAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, ExpectedFiles expected, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(expected);
        (HostState state, string output) = await session.ObserveAsync(Look(topology, expected), Script(topology, expected.IncludesCaKey), cancellationToken)
            .ConfigureAwait(false);
        return Check(session.HostName, topology, member, expected, now, state, output);
    }

    /// <summary>What a look must include.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="expected">What is expected of this host.</param>
    internal static IReadOnlyList<HostStep> Look(EtcdTopology topology, ExpectedFiles expected)
    {
        string root = topology.CertificatesDirectory;
        return
        [
            new FileStep(MemberSteps.KubeadmConfigPath, expected.KubeadmConfig ?? default, HostStep.SshUserOwner, MemberSteps.FileMode, "~"),
            new DirectoryStep(root, MemberSteps.DirectoryMode, Enforce: true),
            new DirectoryStep(UnixPath.Join(root, "etcd"), MemberSteps.DirectoryMode, Enforce: true),
            .. KubeadmCertificates.FilesOf(expected.IncludesCaKey).Select(n => new FileStep(
                UnixPath.Join(root, n), default, HostStep.RootOwner, StagedFile.IsKeyPath(n) ? MemberSteps.PrivateFileMode : MemberSteps.FileMode, root)),
        ];
    }

    /// <summary>The script that tells what is in the files.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="includesCaKey">True when the CA's key is expected.</param>
    internal static string Script(EtcdTopology topology, bool includesCaKey)
        => MemberFilesInspection.Script(topology.CertificatesDirectory, KubeadmCertificates.FilesOf(includesCaKey));

    /// <summary>The rows of a host that was looked at. Pure.</summary>
    /// <param name="hostName">The SSH target.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="expected">What is expected of this host.</param>
    /// <param name="now">The time certificates must be valid at.</param>
    /// <param name="state">What was found; holds everything of <see cref="Look"/>.</param>
    /// <param name="output">What <see cref="Script"/> printed.</param>
    internal static IReadOnlyList<EtcdFileCheck> Check(
        string hostName, EtcdTopology topology, EtcdMember member, ExpectedFiles expected, DateTimeOffset now, HostState state, string output)
    {
        string root = topology.CertificatesDirectory;
        IReadOnlyList<string> names = KubeadmCertificates.FilesOf(expected.IncludesCaKey);
        MemberFilesInspection inspected = MemberFilesInspection.Read(hostName, output, names);
        var rows = new List<EtcdFileCheck>();
        foreach (HostStep step in Look(topology, expected))
        {
            rows.Add(Row(step));
        }

        rows.AddRange(inspected.Found
            .Except(names.Select(n => UnixPath.Join(root, n)), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(path => Unexpected(path)));
        return rows;

        EtcdFileCheck Row(HostStep step)
        {
            PathState found = state.Paths[step.Target];
            List<string> findings = found.Kind == PathKind.Absent ? [NotThere] : [.. PermissionFindings(step, found, state)];
            DateTimeOffset? notAfter = null;
            if (found.Kind == PathKind.File && step is FileStep file)
            {
                string relative = step.Target.StartsWith(root, StringComparison.Ordinal) ? step.Target[(root.TrimEnd('/').Length + 1)..] : "";
                findings.AddRange(relative.Length == 0
                    ? ConfigFindings(file, found, expected)
                    : CertificateFindings(relative, found, inspected, expected, topology, member, now, ref notAfter));
            }

            return NewRow(state.Resolve(step.Target), true, findings, found, notAfter);
        }

        EtcdFileCheck Unexpected(string path)
        {
            string finding = path.EndsWith("/ca.key", StringComparison.Ordinal)
                ? NotExpected + ": the CA's key must not be on this host"
                : NotExpected + " file";
            return NewRow(path, false, [finding], null, null);
        }

        EtcdFileCheck NewRow(string path, bool isExpected, IReadOnlyList<string> findings, PathState? found, DateTimeOffset? notAfter) => new()
        {
            Topology = topology,
            Member = member,
            StagingPath = expected.StagingPath,
            HostName = hostName,
            Path = path,
            IsExpected = isExpected,
            Passed = findings.Count == 0,
            Finding = findings,
            Owner = found is null or { Kind: PathKind.Absent } ? null : found.Owner,
            Mode = found is null or { Kind: PathKind.Absent } ? null : StepChange.Octal(found.Mode),
            Sha256 = found is { Kind: PathKind.File } ? found.Sha256 : null,
            NotAfter = notAfter,
        };
    }

    private static IEnumerable<string> PermissionFindings(HostStep step, PathState found, HostState state)
    {
        (PathKind kind, string owner, int mode) = step switch
        {
            FileStep file => (PathKind.File, state.ResolveOwner(file.Owner), file.Mode),
            DirectoryStep directory => (PathKind.Directory, HostStep.RootOwner, directory.Mode),
            _ => throw new ArgumentException($"Unknown step {step.GetType().Name}.", nameof(step)),
        };
        if (found.Kind != kind)
        {
            yield return kind == PathKind.File ? "not a regular file" : "not a directory";
        }

        if (found.Owner != owner)
        {
            yield return $"owner {found.Owner}, expected {owner}";
        }

        if (found.Mode != mode)
        {
            yield return $"mode {StepChange.Octal(found.Mode)}, expected {StepChange.Octal(mode)}";
        }
    }

    private static IEnumerable<string> ConfigFindings(FileStep file, PathState found, ExpectedFiles expected)
        => expected.KubeadmConfig is null || found.Sha256 == file.Sha256 ? [] : ["content differs from the staging folder's"];

    private static IEnumerable<string> CertificateFindings(
        string relative, PathState found, MemberFilesInspection inspected, ExpectedFiles expected, EtcdTopology topology, EtcdMember member,
        DateTimeOffset now, ref DateTimeOffset? notAfter)
    {
        string baseName = relative[..^4];
        string? certificate = inspected.Certificate(baseName + ".crt");
        if (StagedFile.IsKeyPath(relative))
        {
            return KeyFindings(relative, certificate, found, inspected, expected);
        }

        notAfter = CertificateChecks.NotAfterOf(certificate ?? "");
        string? authority = inspected.Certificate(CaCertificate);
        IEnumerable<string> findings = relative == CaCertificate
            ? CertificateChecks.CheckAuthority(certificate ?? "", null, now).Select(f => f.Text)
            : CertificateChecks.CheckLeaf(
                certificate ?? "", CertificateKey.NotLookedAt, authority ?? "", KubeadmCertificates.LeafOf(topology, member, baseName), topology.KeyAlgorithm, now);
        bool otherAuthority = relative == CaCertificate && expected.AuthoritySha256 is { } sha256 && found.Sha256 != sha256;
        return otherAuthority ? findings.Append(OtherAuthority) : findings;
    }

    // Of a key that is the staging folder's own the public half is known here; else the host tells it.
    private static IEnumerable<string> KeyFindings(
        string relative, string? certificate, PathState found, MemberFilesInspection inspected, ExpectedFiles expected)
    {
        string certificateName = relative[..^4] + ".crt";
        CertificateKey? key = expected.Keys.TryGetValue(relative, out StagedKey? staged) && staged.Sha256 == found.Sha256
            ? staged.Key
            : inspected.PublicKey(relative);
        return key is null && inspected.IsUnreadable(relative) ? ["cannot be read as an unencrypted private key"]
            : key is null ? [$"not compared with {certificateName}: the host has no openssl, and the staging folder not this key"]
            : key.Problem is { } problem ? [problem]
            : certificate is null || CertificateChecks.NotAfterOf(certificate) is null ? [$"not compared: {certificateName} is not there or no certificate"]
            : CertificateChecks.IsKeyOf(certificate, key) ? []
            : [$"belongs to another certificate than {certificateName}"];
    }
}
