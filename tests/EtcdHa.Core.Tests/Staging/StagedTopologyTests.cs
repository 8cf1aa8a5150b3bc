using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Staging;

public sealed class StagedTopologyTests
{
    // Tokens: a word is one that was given, "made:" one that New-EtcdTopology made up, "new" one still to be made, "none" the
    // wish for none, "-" no folder yet.
    [Theory]
    [InlineData("abc", "-", "abc")]
    [InlineData("abc", "abc", "abc")]
    [InlineData("abc", "xyz", null)]
    [InlineData("abc", "none", null)]
    [InlineData("made:abc", "-", "abc")]
    [InlineData("made:abc", "abc", "abc")]
    [InlineData("made:abc", "xyz", "xyz")]
    [InlineData("made:abc", "none", null)]
    [InlineData("new", "-", "made")]
    [InlineData("new", "xyz", "xyz")]
    [InlineData("new", "none", null)]
    [InlineData("none", "-", "none")]
    [InlineData("none", "none", "none")]
    [InlineData("none", "xyz", null)]
    public void The_folders_token_wins_over_one_that_was_made_up_and_never_over_one_that_was_given(string given, string staged, string? result)
    {
        using var folder = new TemporaryFolder();
        string staging = folder["staging"];
        if (staged != "-")
        {
            StagedTopology.Write(With(staged), staging);
        }

        if (result is null)
        {
            EtcdStagingException error = Assert.Throws<EtcdStagingException>(() => StagedTopology.Resolve(With(given), staging));
            string asked = given switch { "new" => "a new one", "made:abc" => "abc", _ => given };
            Assert.Equal("StagingTokenDiffers", error.ErrorId);
            Assert.Equal($"The staging folder {staging} belongs to the build with initial-cluster-token {staged}, the topology asks for {asked}.", error.Message);
            return;
        }

        EtcdTopology resolved = StagedTopology.WithToken(StagedTopology.Resolve(With(given), staging), count => new byte[count]);
        StagedTopology.RequireToken(resolved);
        StagedTopology.Write(resolved, staging);
        byte[] first = File.ReadAllBytes(Path.Combine(staging, "topology.yaml"));
        StagedTopology.Write(StagedTopology.Resolve(With(given), staging), staging);

        Assert.Equal(result switch { "none" => null, "made" => "etcd-cluster-" + new string('0', 32), _ => result }, resolved.InitialClusterToken);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(staging, "topology.yaml")));
    }

    [Fact]
    public void A_token_still_to_be_made_is_refused_where_it_would_be_another_one_the_next_time()
    {
        EtcdStagingException error = Assert.Throws<EtcdStagingException>(() => StagedTopology.RequireToken(With("new")));

        Assert.Equal(("StagingTokenMissing", "The topology of infra0,infra1,infra2 has no initial-cluster-token yet."), (error.ErrorId, error.Message));
    }

    [Fact]
    public void A_folder_whose_own_topology_is_undecided_decides_nothing()
    {
        using var folder = new TemporaryFolder();
        TopologyStore.Export(With("new"), folder["topology.yaml"], withSchema: false, replace: false);

        Assert.Equal("abc", StagedTopology.Resolve(With("abc"), folder.Path).InitialClusterToken);
    }

    [Fact]
    public void A_broken_topology_in_the_folder_is_told_with_its_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["topology.yaml"], "apiVersion: etcdha/v1\nkind: EtcdTopology\nmembres: []\n");

        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => StagedTopology.Resolve(With("abc"), folder.Path));

        Assert.Equal(3, error.Line);
    }

    private static EtcdTopology With(string token) => token switch
    {
        "none" => Samples.Page(),
        "new" => Samples.Page() with { IsTokenGenerated = true },
        _ when token.StartsWith("made:", StringComparison.Ordinal) => Samples.Page() with { InitialClusterToken = token[5..], IsTokenGenerated = true },
        _ => Samples.Page() with { InitialClusterToken = token },
    };
}
