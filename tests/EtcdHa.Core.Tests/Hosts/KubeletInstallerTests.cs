using System.Diagnostics;
using System.Net.Sockets;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>The kubelet's configuration really placed, with systemctl and journalctl that answer as told.</summary>
[Collection(KubeletPort.Users)]
public sealed class KubeletInstallerTests : IDisposable
{
    private const string Argument = "--config=" + KubeletOptions.DefaultConfigPath;

    private readonly KubeletPort _port = new();

    public void Dispose() => _port.Dispose();

    [Fact]
    public async Task A_kubelet_that_runs_and_never_opens_its_health_port_is_not_up()
    {
        _port.Close();
        await using TestHost host = await WithKubeletAsync();
        using Process kubelet = Kubelet(Argument);
        host.Unit(active: "activating", sub: "auto-restart", onRestart: Becomes("active", "running", kubelet.Id));
        host.Journal("E1127 05:19:51.750000    1234 kubelet.go:1] \"Failed to reach the runtime\"\n", "");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.Equal("KubeletNotRunning", error.ErrorId);
        Assert.EndsWith("\"Failed to reach the runtime\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task A_kubelet_is_configured_enabled_and_restarted_and_a_second_run_touches_nothing(string shell)
    {
        await using TestHost host = await WithKubeletAsync(shell);
        using Process kubelet = Kubelet(Argument);
        host.Unit(active: "activating", sub: "auto-restart", file: "disabled", onRestart: Becomes("active", "running", kubelet.Id));

        EtcdKubeletService first = await InstallAsync(host);
        string[] calls = host.SystemctlCalls;
        string before = host.Snapshot();
        EtcdKubeletService second = await InstallAsync(host);

        Assert.Equal((EtcdChange.Created, "active", "v1.36.3"), (first.Status, first.ActiveState, first.KubeletVersion));
        Assert.Equal(["daemon-reload", "enable -- kubelet.service", "restart -- kubelet.service"], calls);
        Assert.Equal((EtcdChange.Unchanged, calls.Length), (second.Status, host.SystemctlCalls.Length));
        Assert.Equal(before, host.Snapshot());
        Assert.Equal(KubeletFiles.DropIn(new KubeletOptions(), new KubeletSettings()), host.Read(KubeletOptions.DefaultDropInPath));
        Assert.Equal(KubeletFiles.Configuration(new KubeletOptions(), new KubeletSettings()), host.Read(KubeletOptions.DefaultConfigPath));
        Assert.Equal("0:0 700 directory", host.Stat(EtcdTopology.DefaultManifestDirectory));
    }

    [Fact]
    public async Task A_kubelet_that_runs_with_the_files_as_they_are_is_not_restarted()
    {
        await using TestHost host = await WithKubeletAsync();
        host.Write(KubeletOptions.DefaultConfigPath, KubeletFiles.Configuration(new KubeletOptions(), new KubeletSettings()));
        host.Write(KubeletOptions.DefaultDropInPath, KubeletFiles.DropIn(new KubeletOptions(), new KubeletSettings()));
        Directory.CreateDirectory(host[EtcdTopology.DefaultManifestDirectory]);
        using Process kubelet = Kubelet(Argument);
        host.Unit(pid: kubelet.Id);

        Assert.Equal(EtcdChange.Unchanged, (await InstallAsync(host)).Status);

        File.SetLastWriteTimeUtc(host[KubeletOptions.DefaultConfigPath], DateTime.UtcNow.AddSeconds(10));
        Assert.Equal("configuration is newer than the running process", (await InstallAsync(host)).Steps[^1].Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--config=/etc/kubernetes/kubelet-etcd.yaml.old")]
    public async Task A_kubelet_that_ignores_the_drop_in_is_told_so(string argument)
    {
        await using TestHost host = await WithKubeletAsync();
        using Process kubelet = Kubelet(argument);
        host.Unit(pid: kubelet.Id);

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.Equal("KubeletIgnoresDropIn", error.ErrorId);
        Assert.Contains(KubeletOptions.DefaultDropInPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_path_with_a_space_is_one_argument()
    {
        await using TestHost host = await WithKubeletAsync();
        using Process kubelet = Kubelet("--config=/etc/my kubelet.yaml");
        host.Unit(pid: kubelet.Id);

        EtcdKubeletService service = await InstallAsync(host, new KubeletOptions(ConfigPath: "/etc/my kubelet.yaml"));

        Assert.Equal(EtcdChange.Created, service.Status);
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task A_crash_loop_ends_with_what_the_kubelet_itself_said_last(string shell)
    {
        await using TestHost host = await WithKubeletAsync(shell);
        host.Unit(active: "activating", sub: "auto-restart", pid: 0);
        const string end = """E1127 05:19:51.750000    1234 run.go:74] "command failed" err="failed to run Kubelet: running with swap on is not supported" """;
        host.Journal("I1127 05:19:51.700000    1234 server.go:1] \"Kubelet version\" v1.36.3\n" + end + "\n", "kubelet.service: Failed with result 'exit-code'.\n");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.Equal("KubeletNotRunning", error.ErrorId);
        Assert.Equal(
            $"{TestHost.HostName}: the kubelet did not come up within 2 s. Its journal ends: \"command failed\" err=\"failed to run Kubelet: running with swap on is not supported\"",
            error.Message);
        Assert.Equal("infra0", Assert.IsType<EtcdMember>(error.Subject).Name);
    }

    [Fact]
    public async Task A_kubelet_that_comes_up_anew_each_time_it_is_looked_at_is_not_up()
    {
        await using TestHost host = await WithKubeletAsync();
        host.Unit();
        host.Install("systemctl", $$"""
            case $1 in
                show) n=$(cat {{host.Root}}/count 2>/dev/null || echo 1); echo $((n + 1)) > {{host.Root}}/count
                      printf 'LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nMainPID=%s\n' "$((n + 100000))" ;;
            esac
            """);
        host.Journal("", "kubelet.service: Main process exited, code=killed, status=9/KILL\n");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.Equal("KubeletNotRunning", error.ErrorId);
        Assert.EndsWith("status=9/KILL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_journal_the_error_ends_with_what_systemctl_said()
    {
        await using TestHost host = await WithKubeletAsync();
        host.Unit(active: "failed", sub: "failed", onRestart: "echo 'Failed to restart kubelet.service: Unit is bad.' >&2; exit 1");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.EndsWith("Failed to restart kubelet.service: Unit is bad.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-found", "inactive", "KubeletMissing")]
    [InlineData("masked", "inactive", "KubeletMasked")]
    public async Task A_host_without_a_usable_unit_is_left_as_it_is(string load, string active, string errorId)
    {
        await using TestHost host = await WithKubeletAsync();
        host.Unit(load, active, "dead", "");
        string before = host.Snapshot();

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(TestHost.HostName, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, host.Snapshot());
        Assert.Empty(host.SystemctlCalls);
    }

    [Fact]
    public async Task A_host_whose_kubelet_lies_elsewhere_is_told_so_before_anything_changes()
    {
        await using TestHost host = await TestHost.CreateAsync();
        Assert.SkipWhen(File.Exists("/usr/bin/kubelet"), "this machine has a kubelet");
        string before = host.Snapshot();

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.Equal("KubeletProgramMissing", error.ErrorId);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public async Task A_unit_that_cannot_be_enabled_is_a_warning()
    {
        await using TestHost host = await WithKubeletAsync();
        using Process kubelet = Kubelet(Argument);
        host.Unit(file: "disabled", pid: kubelet.Id);
        host.Install("sed", "case $* in -i*) exit 1 ;; esac; exec /usr/bin/sed \"$@\"");
        List<string> warnings = [];

        await InstallAsync(host, log: new OperationLog(_ => { }, warnings.Add));

        Assert.Contains($"{TestHost.HostName}: kubelet.service could not be enabled, so it does not start when the host does.", warnings);
    }

    [Fact]
    public async Task A_host_without_systemd_is_told_what_is_missing()
    {
        await using TestHost host = await WithKubeletAsync();
        host.Install("systemctl", "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host));

        Assert.Equal("RemoteCommandFailed", error.ErrorId);
        Assert.EndsWith("System has not been booted with systemd as init system (PID 1).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_kubelet_gets_the_flags_of_its_page_and_no_configuration()
    {
        await using TestHost host = await WithKubeletAsync(version: "v1.22.17");
        string[] arguments = ["--address=127.0.0.1", "--pod-manifest-path=/etc/kubernetes/manifests", "--cgroup-driver=systemd"];
        using Process kubelet = Kubelet(arguments);
        host.Unit(pid: kubelet.Id);

        EtcdKubeletService service = await InstallAsync(host);

        Assert.Equal((EtcdKubeletGeneration.Flags115, (string?)null, "systemd", "v1.22.17"), (service.Generation, service.ConfigPath, service.CgroupDriver, service.KubeletVersion));
        Assert.Contains($"\nExecStart=/usr/bin/kubelet {string.Join(' ', arguments)}\n", host.Read(KubeletOptions.DefaultDropInPath), StringComparison.Ordinal);
        Assert.False(File.Exists(host[KubeletOptions.DefaultConfigPath]));
        Assert.Equal(EtcdChange.Unchanged, (await InstallAsync(host)).Status);
    }

    [Fact]
    public async Task A_change_of_generation_restarts_the_kubelet_and_leaves_the_other_configuration_without_effect()
    {
        await using TestHost host = await WithKubeletAsync();
        using Process configured = Kubelet(Argument);
        host.Unit(pid: configured.Id);
        await InstallAsync(host);
        string[] arguments = ["--address=127.0.0.1", "--pod-manifest-path=/etc/kubernetes/manifests", "--cgroup-driver=systemd"];
        using Process flagged = Kubelet(arguments);
        host.Unit(pid: configured.Id, onRestart: Becomes("active", "running", flagged.Id));

        EtcdKubeletService service = await InstallAsync(host, new KubeletOptions(Generation: EtcdKubeletGeneration.Flags115));

        Assert.Equal((EtcdChange.Updated, EtcdKubeletGeneration.Flags115), (service.Status, service.Generation));
        Assert.Equal((EtcdChange.Restarted, "configuration changed"), (service.Steps[^1].Change, service.Steps[^1].Reason));
        Assert.DoesNotContain("--config", host.Read(KubeletOptions.DefaultDropInPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubelet_that_runs_without_one_of_the_flags_is_told_which()
    {
        await using TestHost host = await WithKubeletAsync();
        using Process kubelet = Kubelet("--address=127.0.0.1", "--pod-manifest-path=/etc/kubernetes/manifests");
        host.Unit(pid: kubelet.Id);

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, new KubeletOptions(Generation: EtcdKubeletGeneration.Flags115)));

        Assert.Equal("KubeletIgnoresDropIn", error.ErrorId);
        Assert.Contains("--cgroup-driver=systemd", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.15.0", EtcdKubeletGeneration.Flags113, null, "KubeletFlagRemoved")]
    [InlineData("v1.26.1", EtcdKubeletGeneration.ConfigFile, null, "KubeletFieldUnknown")]
    [InlineData("v1.33.1", EtcdKubeletGeneration.Auto, "cgroupfs", "CgroupDriverMismatch")]
    public async Task What_cannot_work_is_refused_before_anything_is_touched(string version, EtcdKubeletGeneration generation, string? driver, string errorId)
    {
        List<Socket> sockets = [];
        await using TestHost host = await WithKubeletAsync(version: version, sockets: sockets);
        using Socket socket = Assert.Single(sockets);
        host.Install("containerd", "case $1 in config) printf '[plugins.x.containerd.runtimes.runc.options]\\nSystemdCgroup = true\\n' ;; *) echo containerd 1.7.2 ;; esac");
        string before = host.Snapshot();

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, new KubeletOptions(Generation: generation, CgroupDriver: driver)));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal(before, host.Snapshot());
        Assert.Empty(host.SystemctlCalls);
    }

    internal static async Task<TestHost> WithKubeletAsync(string shell = "/usr/bin/dash", string version = "v1.36.3", List<Socket>? sockets = null)
    {
        TestHost host = await KubeletLookTests.HostAsync(sockets ?? [], shell, sockets is null ? [] : ["containerd/containerd.sock"]);
        string folder = Directory.CreateDirectory(Path.Combine(host.Root, "usr-bin")).FullName;
        host.Write(Path.Combine(folder, "kubelet"), $"#!/bin/sh\necho Kubernetes {version}\n", "755");
        host.Around($"{KubeletLookTests.OwnFolders} && mount -t overlay overlay -o lowerdir={folder}:/usr/bin /usr/bin");
        return host;
    }

    // A process of this name and these arguments; it ends with its standard input.
    private static Process Kubelet(params string[] arguments)
        => Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read -r line; :", "kubelet", .. arguments]) { RedirectStandardInput = true })!;

    private static string Becomes(string active, string sub, int pid)
        => $"sed -i -e s/^ActiveState=.*/ActiveState={active}/ -e s/^SubState=.*/SubState={sub}/ -e s/^MainPID=.*/MainPID={pid}/ $unit";

    private static Task<EtcdKubeletService> InstallAsync(TestHost host, KubeletOptions? options = null, OperationLog? log = null)
    {
        EtcdTopology topology = Samples.Page();
        return KubeletInstaller.InstallAsync(
            host.Session, topology, topology.Members[0], options ?? new KubeletOptions(), TimeSpan.FromSeconds(2), log ?? OperationLog.Silent, TestContext.Current.CancellationToken);
    }
}
