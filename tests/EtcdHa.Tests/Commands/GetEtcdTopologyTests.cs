namespace EtcdHa.Tests.Commands;

public sealed class GetEtcdTopologyTests : CommandTest
{
    [Fact]
    public void A_staging_folder_gives_back_its_topology_one_row_a_member()
    {
        Run(Stage);
        EtcdMemberIdentity[] rows = All<EtcdMemberIdentity>("Get-EtcdTopology");
        Assert.Equal(["infra0", "infra1", "infra2"], rows.Select(r => r.Member.Name));
        Assert.Equal(["https://10.0.0.6:2379", "https://10.0.0.7:2379", "https://10.0.0.8:2379"], rows.Select(r => r.ClientUrl));
        Assert.Single(rows.Select(r => (r.ClusterId, r.StagingPath)).Distinct());
        Assert.Equal(3, rows.Select(r => r.MemberId).Distinct().Count());
        Assert.Equal(3, Run("Get-EtcdTopology | New-EtcdCertificateSet").Output.Count);
    }

    [Fact]
    public void Pipeline_file_and_staging_folder_agree_on_the_token_of_the_staging_folder()
    {
        Run(Stage + $"$topology | Export-EtcdTopology ./etcd.yaml; $anew = {Topology}");
        string id = One<string>("(Get-EtcdTopology)[0].ClusterId");
        Assert.Equal(id, One<string>("($topology | Get-EtcdTopology)[0].ClusterId"));
        Assert.Equal(id, One<string>("($anew | Get-EtcdTopology)[0].ClusterId"));
        Assert.Equal(id, One<string>("(Get-EtcdTopology -Path ./*.yaml)[0].ClusterId"));
    }

    [Fact]
    public void Results_of_a_step_are_one_cluster() =>
        Assert.Equal(3, Run(Stage + "$topology | New-EtcdCertificateSet | Get-EtcdTopology").Output.Count);

    [Fact]
    public void A_token_still_to_be_made_means_no_ids_and_a_warning()
    {
        Run($"{Topology} | Export-EtcdTopology ./etcd.yaml -NoSchema");
        Folder.Write("etcd.yaml", string.Join('\n', File.ReadAllLines(Folder["etcd.yaml"]).Where(l => !l.Contains("Token", StringComparison.Ordinal))) + "\n");
        Engine.ScriptResult result = Run("Get-EtcdTopology -Path ./etcd.yaml");
        Assert.Contains("no initial-cluster-token yet", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.All(result.As<EtcdMemberIdentity>(), row => Assert.Null(row.MemberId ?? row.ClusterId));
        Assert.Single(Folder.Tree());
    }

    [Fact]
    public void A_folder_that_belongs_to_no_cluster_is_refused() =>
        Assert.Contains(Folder["etcd-staging"], Refusal("Get-EtcdTopology", "StagingTopologyMissing", "GetEtcdTopology").ErrorDetails.Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_refused_and_the_next_one_shown()
    {
        Run($"{Topology.Replace("ECDSA-P256", "ECDSA-P256 -InitialClusterToken t", StringComparison.Ordinal)} | Export-EtcdTopology ./etcd.yaml");
        Engine.ScriptResult result = Session.Invoke("Get-EtcdTopology -Path ./nothing.yaml, ./etcd.yaml");
        Assert.StartsWith("PathNotFound", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(3, result.Output.Count);
    }
}
