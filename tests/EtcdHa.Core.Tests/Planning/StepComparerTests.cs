using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Tests.Planning;

public sealed class StepComparerTests
{
    private static readonly FileStep Key = new("/etc/kubernetes/pki/etcd/server.key", "key"u8.ToArray(), HostStep.RootOwner, Convert.ToInt32("600", 8), "/etc/kubernetes/pki");
    private static readonly FileStep Config = new("~/kubeadmcfg.yaml", "config"u8.ToArray(), HostStep.SshUserOwner, Convert.ToInt32("644", 8), "~");
    private static readonly UnitStep Kubelet = new("kubelet.service", ["/etc/kubernetes/kubelet-etcd.yaml"], "--config=/etc/kubernetes/kubelet-etcd.yaml");
    private static readonly UnitState Running = new("loaded", "active", "running", "enabled", 1000, ["/usr/bin/kubelet", "--config=/etc/kubernetes/kubelet-etcd.yaml"]);

    [Fact]
    public void The_hash_of_a_step_is_that_of_its_content_also_when_it_was_made_from_another_step()
        => Assert.NotEqual(Key.Sha256, (Key with { Content = "other"u8.ToArray() }).Sha256);

    [Fact]
    public void A_file_that_is_not_there_is_created()
    {
        StepChange change = Compare(Key, PathState.Absent);

        Assert.Equal((EtcdChange.Created, "absent"), (change.Change, change.Reason));
    }

    [Fact]
    public void A_file_with_the_same_bytes_owner_and_mode_is_left_alone()
    {
        StepChange change = Compare(Key, File("root:root", "600", Key.Sha256));

        Assert.Equal((EtcdChange.Unchanged, ""), (change.Change, change.Reason));
    }

    [Theory]
    [InlineData("root:root", "644", true, "mode 0644, wanted 0600")]
    [InlineData("ubuntu:ubuntu", "600", true, "owner ubuntu:ubuntu, wanted root:root")]
    [InlineData("root:root", "600", false, "content differs")]
    [InlineData("etcd:root", "640", false, "content differs; owner etcd:root, wanted root:root; mode 0640, wanted 0600")]
    public void A_file_that_differs_is_replaced_and_every_difference_is_named(string owner, string mode, bool sameContent, string reason)
    {
        StepChange change = Compare(Key, File(owner, mode, sameContent ? Key.Sha256 : new string('0', 64)));

        Assert.Equal((EtcdChange.Updated, reason), (change.Change, change.Reason));
    }

    [Fact]
    public void A_file_in_the_users_home_belongs_to_the_user()
    {
        StepChange change = Compare(Config, File("ubuntu:users", "644", Config.Sha256));

        Assert.Equal(("/home/ubuntu/kubeadmcfg.yaml", "ubuntu:users", EtcdChange.Unchanged), (change.Path, change.Owner, change.Change));
    }

    [Fact]
    public void A_directory_in_the_place_of_a_file_is_refused()
    {
        EtcdHostException error = Assert.Throws<EtcdHostException>(
            () => Compare(Key, new PathState(PathKind.Directory, "root:root", 0, "", 0)));

        Assert.Equal(("HostPathBlocked", (object)Key.Path), (error.ErrorId, error.Subject));
    }

    [Theory]
    [InlineData(true, EtcdChange.Updated)]
    [InlineData(false, EtcdChange.Unchanged)]
    public void An_existing_directory_keeps_its_mode_unless_it_is_enforced(bool enforce, EtcdChange expected)
    {
        var step = new DirectoryStep("/etc/kubernetes/manifests", Convert.ToInt32("700", 8), enforce);

        Assert.Equal(expected, Compare(step, new PathState(PathKind.Directory, "root:root", Convert.ToInt32("755", 8), "", 0)).Change);
    }

    [Fact]
    public void A_unit_that_runs_with_its_configuration_is_left_alone()
        => Assert.Equal(EtcdChange.Unchanged, Compare(Kubelet, Running, configModifiedAt: 999).Change);

    [Fact]
    public void A_unit_is_restarted_when_its_file_was_placed_after_it_started_as_after_an_interrupted_run()
        => Assert.Equal("configuration is newer than the running process", Compare(Kubelet, Running, configModifiedAt: 1001).Reason);

    [Fact]
    public void A_unit_is_restarted_when_it_runs_without_the_drop_in()
        => Assert.StartsWith("running without --config=", Compare(Kubelet, Running with { Arguments = ["/usr/bin/kubelet"] }, 1).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_unit_that_crash_loops_is_restarted()
        => Assert.Equal(
            "unit is activating (auto-restart)",
            Compare(Kubelet, Running with { ActiveState = "activating", SubState = "auto-restart" }, 1).Reason);

    [Fact]
    public void A_unit_is_restarted_when_one_of_its_files_changes_in_the_same_run()
    {
        var file = new FileStep(Kubelet.ConfiguredBy[0], "new"u8.ToArray(), HostStep.RootOwner, Convert.ToInt32("644", 8), "/etc/kubernetes");
        HostState state = State([(file.Path, File("root:root", "644", new string('0', 64)))], Running);

        IReadOnlyList<StepChange> changes = StepComparer.Compare([file, Kubelet], state);

        Assert.Equal([EtcdChange.Updated, EtcdChange.Restarted], changes.Select(c => c.Change));
        Assert.Equal("configuration changed", changes[1].Reason);
    }

    private static PathState File(string owner, string mode, string sha256) => new(PathKind.File, owner, Convert.ToInt32(mode, 8), sha256, 1);

    private static StepChange Compare(HostStep step, PathState found) => StepComparer.Compare([step], State([(step.Target, found)], null))[0];

    private static StepChange Compare(UnitStep step, UnitState found, long configModifiedAt)
        => StepComparer.Compare([step], State([(step.ConfiguredBy[0], File("root:root", "644", "") with { ModifiedAt = configModifiedAt })], found))[0];

    private static HostState State((string Path, PathState State)[] paths, UnitState? unit) => new(
        "ubuntu@10.0.0.6",
        "ubuntu",
        "users",
        "/home/ubuntu",
        paths.ToDictionary(p => p.Path, p => p.State),
        unit is null ? new Dictionary<string, UnitState>() : new Dictionary<string, UnitState> { [Kubelet.Unit] = unit });
}
