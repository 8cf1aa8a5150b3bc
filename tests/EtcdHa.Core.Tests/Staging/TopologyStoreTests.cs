using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Topology;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Staging;

public sealed class TopologyStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder["cluster.yaml"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_topology_is_written_with_its_schema_beside_it_and_read_back()
    {
        TopologyStore.Export(Samples.Page(), File1, withSchema: true, replace: false);

        Assert.Equal(TopologyFile.Schema, File.ReadAllText(_folder[TopologyStore.SchemaFileName]));
        Assert.Equal(Samples.Page().Members, TopologyStore.Load(File1).Members);
        Assert.Equal(["cluster.yaml", TopologyStore.SchemaFileName], Entries());
    }

    [Fact]
    public void The_same_topology_again_leaves_the_files_alone()
    {
        TopologyStore.Export(Samples.Page(), File1, withSchema: true, replace: false);
        File.SetLastWriteTimeUtc(File1, DateTime.UnixEpoch);

        TopologyStore.Export(Samples.Page(), File1, withSchema: true, replace: false);
        TopologyStore.Export(Samples.Page(), File1, withSchema: false, replace: true);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(File1));
    }

    [Fact]
    public void A_file_that_differs_is_replaced_only_when_asked_to()
    {
        File.WriteAllText(File1, "mine");

        EtcdStagingException error = Assert.Throws<EtcdStagingException>(() => TopologyStore.Export(Samples.Page(), File1, withSchema: true, replace: false));

        Assert.Equal("TopologyFileExists", error.ErrorId);
        Assert.Equal("mine", File.ReadAllText(File1));
        Assert.Equal(["cluster.yaml"], Entries());

        TopologyStore.Export(Samples.Page(), File1, withSchema: false, replace: true);
        Assert.Equal(TopologyFile.Write(Samples.Page()), File.ReadAllText(File1));
    }

    [Fact]
    public void A_file_that_a_link_leads_to_is_replaced_and_the_link_stays()
    {
        File.WriteAllText(_folder["real.yaml"], "mine");
        File.CreateSymbolicLink(File1, "real.yaml");

        TopologyStore.Export(Samples.Page(), File1, withSchema: false, replace: true);

        Assert.Equal("real.yaml", new FileInfo(File1).LinkTarget);
        Assert.Equal(TopologyFile.Write(Samples.Page()), File.ReadAllText(_folder["real.yaml"]));
    }

    [Fact]
    public void A_topology_may_go_where_others_may_write_as_it_holds_no_secret()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)0x1FF);
        }

        TopologyStore.Export(Samples.Page(), File1, withSchema: true, replace: false);

        Assert.True(File.Exists(File1));
    }

    [Fact]
    public void What_cannot_be_written_or_read_is_told_by_its_path()
    {
        Directory.CreateDirectory(File1);

        EtcdTopologyException read = Assert.Throws<EtcdTopologyException>(() => TopologyStore.Load(File1));
        EtcdStagingException write = Assert.Throws<EtcdStagingException>(() => TopologyStore.Export(Samples.Page(), File1, withSchema: false, replace: true));
        EtcdTopologyException missing = Assert.Throws<EtcdTopologyException>(() => TopologyStore.Load(_folder["missing.yaml"]));

        Assert.Equal(("TopologyFileUnreadable", "TopologyFileUnwritable", "TopologyFileUnreadable"), (read.ErrorId, write.ErrorId, missing.ErrorId));
        Assert.All((Exception[])[read, write], e => Assert.Contains(File1, e.Message, StringComparison.Ordinal));
        Assert.Equal(["cluster.yaml"], Entries());
    }

    [Fact]
    public void Relative_paths_in_a_file_are_relative_to_it()
    {
        EtcdTopology topology = Samples.Page() with
        {
            Ssh = new EtcdSshSettings { IdentityFile = ["keys/id", "~/.ssh/id", "/abs/id"], IdentityAgent = "$AGENT", JumpHost = [new("a") { IdentityAgent = "agent" }] },
        };
        TopologyStore.Export(topology, File1, withSchema: false, replace: false);

        Assert.Equal([_folder["keys/id"], "~/.ssh/id", "/abs/id"], TopologyStore.Load(File1).Ssh.IdentityFile);
        Assert.Equal("$AGENT", TopologyStore.Load(File1).Ssh.IdentityAgent);
        Assert.Equal(_folder["agent"], Assert.Single(TopologyStore.Load(File1).Ssh.JumpHost!).IdentityAgent);
    }

    [Theory]
    [InlineData("ssh_config", true)]
    [InlineData("none", false)]
    public void A_relative_SSH_configuration_file_is_relative_to_the_file_and_none_is_none(string text, bool isPath)
    {
        EtcdTopology page = Samples.Page();
        EtcdMember member = page.Members[0] with { SshTarget = new EtcdSshTarget("h") { ConfigFile = text } };
        TopologyStore.Export(page with { Members = [member, .. page.Members.Skip(1)] }, File1, withSchema: false, replace: false);

        Assert.Equal(isPath ? _folder[text] : text, TopologyStore.Load(File1).Members[0].SshTarget!.ConfigFile);
    }

    private string[] Entries() => [.. Directory.GetFileSystemEntries(_folder.Path).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)];
}
