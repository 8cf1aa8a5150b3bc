namespace EtcdHa.Lab.Tests.Lab;

/// <summary>One of the lab's hosts, looked at and tampered with by OpenSSH's own client, so not through the code under test.</summary>
internal sealed record LabHost(string Name, string Address)
{
    // Everything the procedure may write, with owner, mode and time; contents by hash.
    private const string FingerprintScript = """
        set -- /etc/kubernetes /etc/systemd/system /usr/lib/systemd/system/kubelet.service.d /home
        ! command -v crictl >/dev/null || crictl images
        ls -d /etc/control-plane 2>/dev/null || :
        find "$@" -printf '%p %y %m %u:%g %T@ %l\n' | sort
        find "$@" -type f -print0 | sort -z | xargs -0 sha256sum
        """;

    /// <summary>Runs a script as root and expects it to succeed.</summary>
    /// <returns>What it printed, without the last line end.</returns>
    public string Root(string script, int timeoutSec = 60) => TryRoot(script, timeoutSec).RequireSuccess().Output.TrimEnd('\n');

    /// <summary>Runs a script as root.</summary>
    public ProgramResult TryRoot(string script, int timeoutSec = 60) => LocalProgram.Run(
        "ssh", ["-F", LabEnvironment.SshConfig, "-o", "ConnectTimeout=20", Name, "sudo -n sh -eu -s"], script + "\n", TimeSpan.FromSeconds(timeoutSec));

    /// <summary>Every file and directory the procedure may touch, as text to compare.</summary>
    public string Fingerprint() => Root(FingerprintScript);

    /// <summary>SHA-256 of a file, lower-case hex.</summary>
    public string Sha256(string path) => Root($"sha256sum < '{path}'")[..64];

    /// <summary>Writes a file with owner root and the mode its name asks for.</summary>
    public void Write(string path, string content)
        => Root($"base64 -d > '{path}' <<'END'\n{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(content))}\nEND\n"
            + $"chmod {(path.EndsWith(".key", StringComparison.Ordinal) ? "0600" : "0644")} '{path}'");

    /// <summary>When the kubelet's and etcd's processes were started, and by which number they go.</summary>
    public string Processes() => Root("""
        for pid in $(systemctl show -p MainPID --value kubelet) $(pgrep -x etcd); do
            printf '%s %s\n' "$(cat "/proc/$pid/comm")" "$pid:$(cut -d' ' -f22 "/proc/$pid/stat")"
        done
        """);

    /// <summary>Tampers with the host; disposing undoes it.</summary>
    public IDisposable Plant(string script, string undo)
    {
        var fault = new PlantedFault(() => Root(undo));
        try
        {
            Root(script);
            return fault;
        }
        catch
        {
            fault.Dispose();
            throw;
        }
    }

    /// <summary>The host's name.</summary>
    public override string ToString() => Name;
}

/// <summary>Something to be undone.</summary>
internal sealed class PlantedFault(Action undo) : IDisposable
{
    public void Dispose() => undo();
}
