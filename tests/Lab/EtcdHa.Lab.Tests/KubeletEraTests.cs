using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>One topology on hosts of many times: each kubelet is told what it understands, as the page of its time has it.</summary>
[Collection<OwnCluster>]
public sealed class KubeletEraTests(OwnClusters clusters) : IDisposable
{
    private const string Address = "--address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests";
    private const string Containerd = "unix:///var/run/containerd/containerd.sock";

    private static readonly Era[] Eras =
    [
        new("v1.15.12 docker systemd", EtcdKubeletGeneration.Flags115, EtcdContainerRuntime.Docker, null, $"{Address} --cgroup-driver=systemd"),
        new("v1.23.17 containerd cgroupfs", EtcdKubeletGeneration.Flags123, EtcdContainerRuntime.Containerd, Containerd,
            $"{Address} --cgroup-driver=cgroupfs --container-runtime=remote --container-runtime-endpoint={Containerd}"),
        new("v1.27.16 containerd systemd", EtcdKubeletGeneration.ConfigFile, EtcdContainerRuntime.Containerd, Containerd, "--config=/etc/kubernetes/kubelet-etcd.yaml"),
    ];

    private readonly LabSession _session = new();

    public void Dispose() => _session.Dispose();

    [LabFact]
    public void Every_kubelet_gets_the_files_of_its_time_keeps_them_and_refuses_another_cgroup_driver()
    {
        clusters.Reset();
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts(Eras.Length);
        Assert.All(hosts.Zip(Eras), pair => pair.First.Root("/usr/lib/etcdha-lab/era " + pair.Second.Arguments));
        _session.Set("topology", _session.Run("Import-EtcdTopology $env:ETCDHA_LAB_TOPOLOGY").RequireNoErrors().As<EtcdTopology>().Single());

        IReadOnlyList<EtcdKubeletService> first = Install();
        Assert.All(hosts.Zip(Eras), pair => RequireFiles(pair.First, pair.Second, first.Single(row => row.Member.Name == pair.First.Name)));
        string[] files = [.. hosts.Select(h => h.Fingerprint())];
        string[] processes = [.. hosts.Select(h => h.Processes())];

        Assert.All(Install(), row => Assert.Equal(EtcdChange.Unchanged, row.Status));

        // Each is given the driver that its runtime does not have.
        Assert.All(Eras.Zip(hosts), pair => RequireRefused(pair.First.OtherDriver, pair.Second));
        Assert.Equal(files, hosts.Select(h => h.Fingerprint()));
        Assert.Equal(processes, hosts.Select(h => h.Processes()));
    }

    private IReadOnlyList<EtcdKubeletService> Install()
        => [.. _session.Run("$topology | Install-EtcdKubeletService").RequireNoErrors().As<EtcdKubeletService>()];

    private static void RequireFiles(LabHost host, Era era, EtcdKubeletService row)
    {
        Assert.Equal((EtcdChange.Created, "active", era.Version, era.Generation), (row.Status, row.ActiveState, row.KubeletVersion, row.Generation));
        Assert.Equal((era.Runtime, era.Endpoint, era.Driver), (row.ContainerRuntime, row.ContainerRuntimeEndpoint, row.CgroupDriver));
        string command = host.Root("tr '\\0' ' ' < /proc/$(systemctl show -p MainPID --value kubelet)/cmdline");
        Assert.EndsWith($"/usr/bin/kubelet {era.Flags}", command.TrimEnd(), StringComparison.Ordinal);
        string configuration = host.Root("cat /etc/kubernetes/kubelet-etcd.yaml 2>/dev/null || :");
        if (row.ConfigPath is null)
        {
            Assert.Empty(configuration);
            return;
        }

        Assert.Contains($"\ncgroupDriver: {era.Driver}\n", configuration, StringComparison.Ordinal);
        Assert.Contains($"\ncontainerRuntimeEndpoint: {era.Endpoint}\n", configuration, StringComparison.Ordinal);
    }

    private void RequireRefused(string driver, LabHost host)
    {
        Outcome outcome = Outcome.Of(_session.Run($"$topology | Install-EtcdKubeletService -Member {host.Name} -CgroupDriver {driver}"));
        outcome.RequireOneError("CgroupDriverMismatch", host.Name);
    }

    private sealed record Era(string Arguments, EtcdKubeletGeneration Generation, EtcdContainerRuntime Runtime, string? Endpoint, string Flags)
    {
        public string Version => Arguments.Split(' ')[0];

        public string Driver => Arguments.Split(' ')[2];

        public string OtherDriver => Driver == "systemd" ? "cgroupfs" : "systemd";
    }
}
