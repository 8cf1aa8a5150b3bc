using System.Diagnostics;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Ssh;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>
/// A host made of this machine's own shell and coreutils: <c>sudo</c> leads into a mount namespace in which <c>/etc</c>,
/// <c>/run</c> and <c>/var/lib</c> are folders of the test, and systemctl, journalctl and whatever else a test installs are scripts. So the real
/// scripts run with the real paths and change nothing of this machine. Needs root; the test is skipped without.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string HostName = "ubuntu@10.0.0.6";

    public static readonly ResolvedSshTarget Target = new("10.0.0.6", 22, "ubuntu", [], [], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(5));

    private static readonly Lazy<bool> CanUnshare = new(() => Environment.IsPrivilegedProcess && Run("unshare", "-m", "true") == 0);

    private readonly LocalShellTransport _shell;
    private readonly RecordingTransport _transport;

    private TestHost(string shell)
    {
        _shell = new LocalShellTransport();
        _shell.Link("sh", shell);
        _transport = new RecordingTransport(_shell);
        Root = Path.GetDirectoryName(_shell.Home)!;
        foreach (string folder in (string[])["etc", "var-lib", "run", "home/ubuntu"])
        {
            Directory.CreateDirectory(Path.Combine(Root, folder));
        }

        Run("chown", "1000:1000", HomeOfUser);
        File.WriteAllText(Path.Combine(Root, "etc/passwd"), $"root:x:0:0::{_shell.Home}:/bin/sh\nubuntu:x:1000:1000::{HomeOfUser}:/bin/sh\n");
        File.WriteAllText(Path.Combine(Root, "etc/group"), "root:x:0:\nubuntu:x:1000:\n");
        InstallSudo();
        InstallSystemd();
    }

    /// <summary>Where the host's <c>/etc</c> and <c>/var/lib</c> really lie.</summary>
    public string Root { get; }

    public string HomeOfUser => Path.Combine(Root, "home/ubuntu");

    /// <summary>What really runs the commands.</summary>
    public LocalShellTransport Shell => _shell;

    public HostSession Session { get; private set; } = null!;

    /// <summary>Connects to this host again, whatever the target.</summary>
    public ISshConnector Connector => new FakeSshConnector(_ => _transport);

    /// <summary>Everything that went to the host and came back.</summary>
    public IReadOnlyList<(string Command, byte[] Input, SshExecResult? Result)> Traffic => _transport.Traffic;

    /// <summary>What systemctl was asked to do, without its questions.</summary>
    public string[] SystemctlCalls => File.Exists(Path.Combine(Root, "systemctl.log"))
        ? [.. File.ReadAllLines(Path.Combine(Root, "systemctl.log")).Where(l => !l.StartsWith("show", StringComparison.Ordinal) && !l.StartsWith("is-", StringComparison.Ordinal))]
        : [];

    public int? BreakInputAt
    {
        set => _shell.BreakInputAt = value;
    }

    public static async Task<TestHost> CreateAsync(string shell = "/usr/bin/dash")
    {
        Assert.SkipUnless(CanUnshare.Value, "needs root and mount namespaces");
        Assert.SkipUnless(File.Exists(shell), shell + " is not installed");
        var host = new TestHost(shell);
        host.Session = await host.OpenAsync("20261126T104227Z-00000001");
        return host;
    }

    /// <summary>One more connection, of another run.</summary>
    public Task<HostSession> OpenAsync(string runId, LockTimes? times = null, OperationLog? log = null)
    {
        return OpenAsync(RunOf(runId, times, log));
    }

    /// <summary>A run that may change the host.</summary>
    public static HostRun RunOf(string runId, LockTimes? times = null, OperationLog? log = null)
    {
        var identity = new RunIdentity(runId, "ada@ws1", 4711, "Copy-EtcdMemberFiles", "infra0,infra1,infra2", "");
        return new HostRun(identity, log ?? OperationLog.Silent) { Times = times ?? LockTimes.Default };
    }

    /// <summary>One more connection; null: one that only looks.</summary>
    public Task<HostSession> OpenAsync(HostRun? run)
    {
        return HostSession.OpenAsync(new FakeSshConnector(_ => _transport), Target, run, DropPolicy.Never, OperationLog.Silent, TestContext.Current.CancellationToken);
    }

    /// <summary>Where a path of the host really lies.</summary>
    public string this[string path] => path.StartsWith("/etc/", StringComparison.Ordinal) || path.StartsWith("/run/", StringComparison.Ordinal) ? Root + path
        : path.StartsWith("/var/lib/", StringComparison.Ordinal) ? Path.Combine(Root, "var-lib", path["/var/lib/".Length..])
        : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(HomeOfUser, path[2..])
        : path;

    /// <summary>A program of the host.</summary>
    public void Install(string name, string script) => _shell.Install(name, script);

    /// <summary>Takes a program away that <see cref="Install"/> put there.</summary>
    public void Uninstall(string name) => _shell.Remove(name);

    /// <summary>Runs in the host's namespace before a command (mounts) and after it.</summary>
    public void Around(string before, string after = "")
    {
        File.WriteAllText(Path.Combine(Root, "before"), before + "\n");
        File.WriteAllText(Path.Combine(Root, "after"), after + "\n");
    }

    /// <summary>What systemctl says of the kubelet, and what a restart does to the file that says it.</summary>
    public void Unit(string load = "loaded", string active = "active", string sub = "running", string file = "enabled", int pid = 0, string onRestart = "")
    {
        File.WriteAllText(Path.Combine(Root, "unit"), $"LoadState={load}\nActiveState={active}\nSubState={sub}\nUnitFileState={file}\nMainPID={pid}\n");
        File.WriteAllText(Path.Combine(Root, "restart"), $"unit={Root}/unit\n{onRestart}\n");
    }

    /// <summary>What journalctl shows of the kubelet itself, and of systemd with it.</summary>
    public void Journal(string own, string all)
    {
        File.WriteAllText(Path.Combine(Root, "journal-own"), own);
        File.WriteAllText(Path.Combine(Root, "journal-all"), all);
    }

    public void Write(string path, string content, string mode = "644", string owner = "0:0")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], content);
        Run("chown", owner, this[path]);
        Run("chmod", mode, this[path]);
    }

    public string Read(string path) => File.ReadAllText(this[path]);

    /// <summary>Owner, mode and kind as stat prints them.</summary>
    public string Stat(string path)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u:%g %a %F", this[path]]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    /// <summary>Every path below the host's folders with its size, mode, owner and times: a look must not change it.</summary>
    public string Snapshot()
    {
        using Process find = Process.Start(new ProcessStartInfo(
            "find", [Path.Combine(Root, "etc"), Path.Combine(Root, "var-lib"), HomeOfUser, "-printf", "%p %y %m %u %g %s %T@ %C@\n"])
        { RedirectStandardOutput = true })!;
        return find.StandardOutput.ReadToEnd();
    }

    /// <summary>What a placement would leave behind.</summary>
    public string[] StagingDirectories => Directory.GetDirectories(Root, ".etcdha.*", SearchOption.AllDirectories);

    /// <summary>Observes, compares and places: what every cmdlet does.</summary>
    public async Task<IReadOnlyList<StepChange>> ApplyAsync(params HostStep[] steps)
    {
        HostState state = await Session.ObserveAsync(steps, TestContext.Current.CancellationToken);
        IReadOnlyList<StepChange> changes = StepComparer.Compare(steps, state);
        await Session.PlaceAsync(changes, state, TestContext.Current.CancellationToken);
        return changes;
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        Run("chattr", "-R", "-f", "-i", Root);
        await _shell.DisposeAsync();
    }

    public static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private void InstallSudo()
    {
        Around("");
        // .NET ignores SIGPIPE and its children inherit that; sshd's do not.
        Install("sudo", $$"""
            [ "$1" = -n ] || exit 1
            shift
            SUDO_USER=${TEST_USER-ubuntu}; export SUDO_USER
            exec env --default-signal=PIPE unshare -m /usr/bin/dash -c '
                mount --bind {{Root}}/etc /etc && mount --bind {{Root}}/var-lib /var/lib && mount --bind {{Root}}/run /run && . {{Root}}/before || exit 99
                "$@"; code=$?
                . {{Root}}/after
                exit $code' sh "$@"
            """);
    }

    private void InstallSystemd()
    {
        Unit();
        Journal("", "");
        Install("systemctl", $$"""
            echo "$*" >> {{Root}}/systemctl.log
            case $1 in
                show) cat {{Root}}/unit ;;
                is-enabled) grep -q '^UnitFileState=enabled' {{Root}}/unit ;;
                enable) sed -i s/^UnitFileState=.*/UnitFileState=enabled/ {{Root}}/unit ;;
                restart) . {{Root}}/restart ;;
            esac
            """);
        Install("journalctl", $"case $* in *_SYSTEMD_UNIT=*) cat {Root}/journal-own ;; *) cat {Root}/journal-all ;; esac");
    }

    private sealed class RecordingTransport(ISshTransport inner) : ISshTransport
    {
        private readonly List<(string, byte[], SshExecResult?)> _traffic = [];

        public IReadOnlyList<(string, byte[], SshExecResult?)> Traffic => _traffic;

        public async Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken)
        {
            byte[] input = standardInput.ToArray();
            int index;
            lock (_traffic)
            {
                index = _traffic.Count;
                _traffic.Add((command, input, null));
            }

            SshExecResult result = await inner.ExecuteAsync(command, standardInput, cancellationToken);
            lock (_traffic)
            {
                _traffic[index] = (command, input, result);
            }

            return result;
        }

        public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken) => inner.ForwardAsync(host, port, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
