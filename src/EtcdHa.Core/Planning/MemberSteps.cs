using System.Text;
using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Planning;

/// <summary>One file of a member's certificates directory as it lies in the staging folder.</summary>
/// <param name="RelativePath">Path below the certificates directory, such as <c>etcd/server.crt</c>.</param>
/// <param name="Content">The bytes.</param>
public sealed record StagedFile(string RelativePath, ReadOnlyMemory<byte> Content)
{
    /// <summary>True for a private key.</summary>
    public bool IsKey => IsKeyPath(RelativePath);

    /// <summary>True for the path of a private key.</summary>
    /// <param name="path">Any path.</param>
    public static bool IsKeyPath(string path) => path.EndsWith(".key", StringComparison.Ordinal);
}

/// <summary>One file of a member's certificates directory as a plan knows it.</summary>
/// <param name="RelativePath">Path below the certificates directory.</param>
/// <param name="Content">The bytes; null while it is still to be made.</param>
internal sealed record PlannedFile(string RelativePath, ReadOnlyMemory<byte>? Content);

/// <summary>The page's procedure as typed steps: what each of its parts wants on a host.</summary>
public static class MemberSteps
{
    /// <summary>The kubeadm configuration in the SSH user's home, as the page has it.</summary>
    public const string KubeadmConfigPath = "~/kubeadmcfg.yaml";

    /// <summary>The unit of the kubelet.</summary>
    public const string KubeletUnit = "kubelet.service";

    internal const int DirectoryMode = 0x1ED; // 0755
    internal const int PrivateDirectoryMode = 0x1C0; // 0700
    internal const int FileMode = 0x1A4; // 0644
    internal const int PrivateFileMode = 0x180; // 0600

    /// <summary>"Configure the kubelet to be a service manager for etcd": drop-in, KubeletConfiguration where the generation has one, running unit.</summary>
    /// <param name="options">Where the files go.</param>
    /// <param name="settings">What they say.</param>
    /// <exception cref="EtcdHostException"><c>HostPathInvalid</c>: a path is not one of a file, from the root.</exception>
    public static IReadOnlyList<HostStep> KubeletService(KubeletOptions options, KubeletSettings settings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        RequireFilePath(options.ConfigPath, KubeletOptions.DefaultConfigPath);
        RequireFilePath(options.DropInPath, KubeletOptions.DefaultDropInPath);
        string dropInDirectory = UnixPath.Parent(options.DropInPath);
        string configDirectory = UnixPath.Parent(options.ConfigPath);
        var dropIn = new FileStep(options.DropInPath, Utf8(KubeletFiles.DropIn(options, settings)), HostStep.RootOwner, FileMode, dropInDirectory);
        DirectoryStep[] directories =
        [
            new(UnixPath.Parent(options.ManifestDirectory), DirectoryMode, Enforce: false),
            new(options.ManifestDirectory, PrivateDirectoryMode, Enforce: false),
            new(dropInDirectory, DirectoryMode, Enforce: false),
            .. settings.HasConfigFile ? new DirectoryStep[] { new(configDirectory, DirectoryMode, Enforce: false) } : [],
        ];
        FileStep[] files = settings.HasConfigFile
            ? [new(options.ConfigPath, Utf8(KubeletFiles.Configuration(options, settings)), HostStep.RootOwner, FileMode, configDirectory), dropIn]
            : [dropIn];
        return
        [
            // The configuration's directory is by default one of those before it: one step, one row.
            .. directories.DistinctBy(d => d.Path),
            .. files,
            new UnitStep(KubeletUnit, [.. files.Select(f => f.Path)], KubeletFiles.ProvingArgument(options, settings)),
        ];
    }

    /// <summary>"Copy certificates and kubeadm configs": the pki tree (kubeadm's owner and modes) and kubeadmcfg.yaml.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="pki">The member's files; with or without <c>etcd/ca.key</c>.</param>
    /// <param name="kubeadmConfig">The member's kubeadm configuration.</param>
    public static IReadOnlyList<HostStep> MemberFiles(EtcdTopology topology, IReadOnlyList<StagedFile> pki, string kubeadmConfig)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(pki);
        return MemberFiles(topology, [.. pki.Select(f => new PlannedFile(f.RelativePath, f.Content))], kubeadmConfig);
    }

    /// <summary>The same when some of it is still to be made.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="pki">The member's files.</param>
    /// <param name="kubeadmConfig">The member's kubeadm configuration; null: still to be made.</param>
    internal static IReadOnlyList<HostStep> MemberFiles(EtcdTopology topology, IReadOnlyList<PlannedFile> pki, string? kubeadmConfig)
    {
        string root = topology.CertificatesDirectory;
        return
        [
            File(KubeadmConfigPath, Utf8OrNull(kubeadmConfig), HostStep.SshUserOwner, FileMode, "~"),
            new DirectoryStep(UnixPath.Parent(root), DirectoryMode, Enforce: false),
            new DirectoryStep(root, DirectoryMode, Enforce: true),
            new DirectoryStep(UnixPath.Join(root, "etcd"), DirectoryMode, Enforce: true),
            .. pki.Select(f => File(
                UnixPath.Join(root, f.RelativePath), f.Content, HostStep.RootOwner, StagedFile.IsKeyPath(f.RelativePath) ? PrivateFileMode : FileMode, root)),
        ];
    }

    internal static IEnumerable<FileStep> RootFiles(string root, IEnumerable<StagedFile> files) => files.Select(file => new FileStep(
        UnixPath.Join(root, file.RelativePath), file.Content, HostStep.RootOwner, file.IsKey ? PrivateFileMode : FileMode, root));

    /// <summary>"Create the static pod manifests": the data directory and the manifest, as <c>kubeadm init phase etcd local</c> leaves them.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="manifest">The manifest's text; null when kubeadm writes it on the host.</param>
    public static IReadOnlyList<HostStep> StaticPod(EtcdTopology topology, string? manifest)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return [.. DataAndManifestDirectories(topology), .. manifest is null ? Array.Empty<HostStep>() : [Manifest(Utf8(manifest))]];
    }

    /// <summary>The same for a plan.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="manifest">The manifest's text; null: still to be made.</param>
    internal static IReadOnlyList<HostStep> PlannedStaticPod(EtcdTopology topology, string? manifest)
        => [.. DataAndManifestDirectories(topology), Manifest(Utf8OrNull(manifest))];

    private static HostStep[] DataAndManifestDirectories(EtcdTopology topology) =>
    [
        new MoveAsideStep(topology.DataDirectory, WalDirectory(topology)),
        new DirectoryStep(topology.DataDirectory, PrivateDirectoryMode, Enforce: true),
        new DirectoryStep(UnixPath.Parent(EtcdTopology.DefaultManifestDirectory), DirectoryMode, Enforce: false),
        new DirectoryStep(EtcdTopology.DefaultManifestDirectory, PrivateDirectoryMode, Enforce: false),
    ];

    /// <summary>The directory of a member's write-ahead log: beside the database unless an extra argument moves it.</summary>
    /// <param name="topology">The topology.</param>
    internal static string WalDirectory(EtcdTopology topology)
        => topology.ExtraArg.LastOrDefault(a => a.Name == "wal-dir")?.Value ?? UnixPath.Join(topology.DataDirectory, "member/wal");

    private static HostStep Manifest(ReadOnlyMemory<byte>? content)
        => File(ManifestPath, content, HostStep.RootOwner, PrivateFileMode, UnixPath.Parent(EtcdTopology.DefaultManifestDirectory));

    private static HostStep File(string path, ReadOnlyMemory<byte>? content, string owner, int mode, string stageIn)
        => content is { } known ? new FileStep(path, known, owner, mode, stageIn) : new PendingFileStep(path, owner, mode);

    /// <summary>The manifest on every host.</summary>
    public static string ManifestPath { get; } = UnixPath.Join(EtcdTopology.DefaultManifestDirectory, "etcd.yaml");

    internal static void RequireFilePath(string path, string example)
    {
        if (!path.StartsWith('/') || path.EndsWith('/') || path.Contains("//", StringComparison.Ordinal) || path.Any(char.IsControl)
            || path.Split('/').Any(part => part is "." or ".."))
        {
            throw new EtcdHostException("HostPathInvalid", path, example) { Subject = path };
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static ReadOnlyMemory<byte>? Utf8OrNull(string? text) => text is null ? (ReadOnlyMemory<byte>?)null : Utf8(text);
}
