using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>
/// Root can write where files are placed: tried with a directory and a file that go again, as a mount option, an attribute or a security
/// module shows in no mode. Nothing is tried in the manifest folder, of which the kubelet runs every file.
/// </summary>
internal sealed class WritablePathCheck : IHostCheck
{
    private const string Home = "~";

    // The manifest folder is asked for by a program: busybox's own test takes root to be able to write anywhere.
    public string Script(PreflightSubject subject) => $$"""
        read -r id < /proc/sys/kernel/random/uuid
        probe=
        {{PosixShell.AtExit("[ -z \"$probe\" ] || rm -rf -- \"$probe\"")}}
        writable() {
            probe=$(nearest "$1")/.etcdha.$id
            if said=$( { mkdir -- "$probe" && printf x > "$probe/probe"; } 2>&1 ); then said=; else said=${said:-failed}; fi
            rm -rf -- "$probe"
            printf 'writable|%s|%s\n' "$(printf '%s\n' "$said" | last_line)" "$2"
        }
        for path in {{PosixShell.Join(Paths(subject))}}; do
            case $path in '~') writable "$home" "$path" ;; *) writable "$path" "$path" ;; esac
        done
        if [ -d {{EtcdTopology.DefaultManifestDirectory}} ]; then
            if env test -w {{EtcdTopology.DefaultManifestDirectory}}; then said=; else said='Read-only file system'; fi
            printf 'writable|%s|%s\n' "$said" {{EtcdTopology.DefaultManifestDirectory}}
        fi

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        string[][] rows = [.. facts.Rows("writable", 2)];
        foreach (string path in Paths(subject).Append(EtcdTopology.DefaultManifestDirectory))
        {
            string resolved = facts.State.Resolve(path);
            if (rows.FirstOrDefault(r => r[1] == path) is { } row)
            {
                yield return OfAnswer(resolved, row[0]) with { Target = resolved };
            }
            else if (path != EtcdTopology.DefaultManifestDirectory)
            {
                yield return CheckResult.Untold(EtcdHostCheckKind.WritablePath, $"whether {resolved} can be written to") with { Target = resolved };
            }
        }
    }

    // "mkdir: cannot create directory '/etc/kubernetes/.etcdha.…': Read-only file system"
    private static CheckResult OfAnswer(string path, string said)
    {
        string reason = said[(said.LastIndexOf(": ", StringComparison.Ordinal) is >= 0 and int at ? at + 2 : 0)..];
        return said.Length == 0
            ? CheckResult.Pass(EtcdHostCheckKind.WritablePath, $"{path} can be written to")
            : new(
                EtcdHostCheckKind.WritablePath, EtcdCheckSeverity.Error, $"root cannot write to {path}: {reason}",
                reason.Contains("denied", StringComparison.OrdinalIgnoreCase) || reason.Contains("not permitted", StringComparison.OrdinalIgnoreCase)
                    ? "Root is denied by SELinux, AppArmor or an immutable attribute: see ausearch -m avc -ts recent, journalctl -k and lsattr -d."
                    : "Remount the file system writable and make room in it; see findmnt -T and df.");
    }

    private static string[] Paths(PreflightSubject subject) =>
    [
        Home,
        UnixPath.Parent(EtcdTopology.DefaultManifestDirectory),
        subject.Topology.CertificatesDirectory,
        subject.Topology.DataDirectory,
        UnixPath.Parent(KubeletOptions.DefaultDropInPath),
        "/var/lib/kubelet",
    ];
}
