using System.Text;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// Everything that concerns a member on its host, seen in one round trip: paths, unit, kubelet and runtime, certificates, the texts a
/// difference can be shown of, what else lies in the manifest folder, and whether etcd runs. It changes nothing.
/// </summary>
/// <param name="Member">The member.</param>
/// <param name="HostName">The SSH target.</param>
/// <param name="State">Paths and units.</param>
/// <param name="Output">What every script printed, for the readers of the single parts.</param>
internal sealed record MemberLook(EtcdMember Member, string HostName, HostState State, string Output)
{
    // Larger files are none of those that are written here.
    private const int LongestText = 65536;

    private const string TextFunction = """
        text() {
            case $1 in '~/'*) p=$home/${1#'~/'} ;; *) p=$1 ;; esac
            if [ -f "$p" ] && [ "$(stat -L -c %s -- "$p")" -le 65536 ]; then printf 'text|%s\n' "$(base64 -w0 < "$p")"; else echo 'text|'; fi
        }

        """;

    /// <summary>Texts of files that are there, by the path they were asked for.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    /// <summary>This member's running etcd; null when there is none.</summary>
    /// <param name="topology">The topology.</param>
    public EtcdProcess? RunningEtcd(EtcdTopology topology) => EtcdProcess.Read(Output).FirstOrDefault(p => p.IsOf(topology, Member));

    /// <summary>Looks at a member's host.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on it.</param>
    /// <param name="options">Where the kubelet's files go.</param>
    /// <param name="includesCaKey">True when the CA's key belongs on this host.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<MemberLook> AtAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, KubeletOptions options, bool includesCaKey, CancellationToken cancellationToken)
    {
        var anyFiles = new ExpectedFiles(null, includesCaKey, null, null, new Dictionary<string, StagedKey>());
        HostStep[] steps =
        [
            .. KubeletInstaller.Look(options),
            .. MemberSteps.PlannedStaticPod(topology, null),
            new DirectoryStep(UnixPath.Parent(topology.CertificatesDirectory), MemberSteps.DirectoryMode, Enforce: false),
            .. MemberFilesChecker.Look(topology, anyFiles),
        ];
        string[] texts = [MemberSteps.KubeadmConfigPath, MemberSteps.ManifestPath, options.DropInPath, options.ConfigPath];
        string script = TextFunction
            + string.Concat(texts.Select(path => $"text {PosixShell.Quote(path)}\n"))
            + KubeletLook.Script
            + MemberFilesChecker.Script(topology, includesCaKey)
            + StaticPodInstaller.Surroundings(topology)
            + ReportLook.ImageTools
            + EtcdProcess.Script;
        (HostState state, string output) = await session.ObserveAsync([.. steps.DistinctBy(s => s.Target)], script, cancellationToken).ConfigureAwait(false);
        string[] found = HostLook.Values(output, "text");
        return found.Length == texts.Length
            ? new MemberLook(member, session.HostName, state, output)
            {
                Texts = texts.Zip(found).Where(p => p.Second.Length is > 0 and <= 2 * LongestText)
                    .ToDictionary(p => p.First, p => Encoding.UTF8.GetString(Convert.FromBase64String(p.Second))),
            }
            : throw HostLook.Unreadable(session.HostName, output);
    }
}
