using System.Management.Automation;

namespace EtcdHa.Tests.Commands;

public sealed class KubeadmConfigCommandTests : CommandTest
{
    private const string Page = "0..2 | ForEach-Object { New-EtcdMember \"infra$_\" \"10.0.0.$($_ + 6)\" } | New-EtcdTopology";

    [Theory]
    [InlineData("v1.13.12", "v1beta1")]
    [InlineData("v1.20.2", "v1beta2")]
    [InlineData("v1.30.14", "v1beta3")]
    [InlineData("v1.36.3", "v1beta4")]
    public void The_api_version_follows_the_kubernetes_version_and_the_files_become_the_topology_again(string version, string api)
    {
        Run($"$topology = {Page} -KubernetesVersion {version} -HealthCheckTimeout 10m; $configs = $topology | New-EtcdKubeadmConfig -StagingPath ./a");
        Assert.Equal(api, One<string>("$configs[0].ApiVersion"));
        Assert.Equal(api, One<string>("$topology.KubeadmApiVersion"));

        Run("$again = Import-EtcdKubeadmConfig ./a/*/kubeadmcfg.yaml; $null = $again | New-EtcdKubeadmConfig -StagingPath ./b");

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(File.ReadAllText(Folder[$"a/infra{i}/kubeadmcfg.yaml"]), File.ReadAllText(Folder[$"b/infra{i}/kubeadmcfg.yaml"]));
        }

        Assert.Equal(TimeSpan.FromMinutes(10), One<EtcdTopology>("$again").HealthCheckTimeout);
    }

    [Fact]
    public void Files_are_taken_from_the_pipeline_too()
    {
        Run($"$configs = {Page} | New-EtcdKubeadmConfig");

        Assert.Equal(3, One<EtcdTopology>("($configs | ForEach-Object { $_.Path }) | Import-EtcdKubeadmConfig").Members.Count);
    }

    [Fact]
    public void The_old_pages_shape_is_written_on_request_and_refused_where_no_page_had_it()
    {
        Assert.DoesNotContain("InitConfiguration", One<string>($"({Page} -KubernetesVersion v1.20.2 | New-EtcdKubeadmConfig -Member infra0 -ClusterConfigurationOnly).Content"), StringComparison.Ordinal);
        Refusal($"{Page} | New-EtcdKubeadmConfig -StagingPath ./none -ClusterConfigurationOnly", "ClusterConfigurationOnlyRefused", "NewEtcdKubeadmConfig");
        Assert.False(Directory.Exists(Folder["none"]));
    }

    [Fact]
    public void A_misspelt_field_is_an_error_with_its_place()
    {
        Folder.Write("a.yaml", "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\netcd:\n  local:\n    serverCertSans: [10.0.0.6]\n");

        ErrorRecord error = Refusal("Import-EtcdKubeadmConfig ./a.yaml", "TopologyFileFieldUnknown", "ImportEtcdKubeadmConfig");

        Assert.Contains("a.yaml(5,5)", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("'serverCertSANs'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_leaves_no_topology_of_the_rest()
    {
        Run($"$null = {Page} | New-EtcdKubeadmConfig");

        Refusal("Import-EtcdKubeadmConfig ./etcd-staging/infra0/kubeadmcfg.yaml, ./etcd-staging/infra9/kubeadmcfg.yaml", "PathNotFound", "ImportEtcdKubeadmConfig");
        Refusal("Import-EtcdKubeadmConfig ./etcd-staging/infra0", "TopologyFileUnreadable", "ImportEtcdKubeadmConfig");
    }

    [Fact]
    public void A_variable_is_given_as_text_or_as_a_table_with_a_field()
    {
        EtcdTopology topology = One<EtcdTopology>($"{Page} -ExtraEnv GOMAXPROCS=2, @{{ Name = 'POD_IP'; FieldPath = 'status.podIP' }}");

        Assert.Equal([new("GOMAXPROCS", "2"), new() { Name = "POD_IP", FieldPath = "status.podIP" }], topology.ExtraEnv);
    }

    [Fact]
    public void The_external_config_is_text_without_a_path_and_a_file_with_one()
    {
        Run($"$topology = {Page}; $text = $topology | New-EtcdExternalConfig; $file = $topology | New-EtcdExternalConfig ./kubeadm-config.yaml");

        string text = One<string>("$text.Content");
        Assert.Contains("    external:\n        endpoints:\n        - https://10.0.0.6:2379\n", text, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Folder["kubeadm-config.yaml"]));
        Assert.Equal(EtcdChange.Created, One<EtcdExternalConfig>("$file").Status);
        Assert.Equal(EtcdChange.Unchanged, One<EtcdExternalConfig>("$topology | New-EtcdExternalConfig ./kubeadm-config.yaml").Status);
        Refusal("$topology | New-EtcdExternalConfig ./kubeadm-config.yaml -ApiVersion v1beta3", "TopologyFileExists", "NewEtcdExternalConfig");
        Assert.Equal(EtcdChange.Updated, One<EtcdExternalConfig>("$topology | New-EtcdExternalConfig ./kubeadm-config.yaml -ApiVersion v1beta3 -Force").Status);
    }

    [Fact]
    public void The_results_of_a_step_give_one_external_config_a_cluster() =>
        Assert.Single(All<EtcdExternalConfig>($"{Page} | New-EtcdKubeadmConfig | New-EtcdExternalConfig"));

    [Fact]
    public void An_external_config_of_an_older_control_plane_is_refused() =>
        Refusal($"{Page} | New-EtcdExternalConfig -KubernetesVersion v1.20.2", "ExternalConfigApiVersion", "NewEtcdExternalConfig");
}
