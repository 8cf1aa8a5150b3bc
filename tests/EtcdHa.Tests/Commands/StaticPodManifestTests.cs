using System.Security.Cryptography;

namespace EtcdHa.Tests.Commands;

public sealed class StaticPodManifestTests : CommandTest
{
    [Fact]
    public void One_manifest_a_member_is_written_and_described()
    {
        EtcdStaticPodManifest[] manifests = All<EtcdStaticPodManifest>(Topology + " | New-EtcdStaticPodManifest");

        Assert.Equal(["infra0", "infra1", "infra2"], manifests.Select(m => m.Member.Name));
        Assert.All(manifests, m =>
        {
            Assert.Equal(EtcdChange.Created, m.Status);
            Assert.Equal(Folder[$"etcd-staging/{m.Member.Name}/etcd.yaml"], m.Path);
            Assert.Equal(m.Content, File.ReadAllText(m.Path));
            Assert.Equal(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(m.Path))).ToLowerInvariant(), m.Sha256);
            Assert.Equal("registry.k8s.io/etcd:3.6.8-0", m.Image);
            Assert.Contains($"    - --name={m.Member.Name}\n", m.Content, StringComparison.Ordinal);
            Assert.Contains($"    - --initial-cluster-token={m.Topology.InitialClusterToken}\n", m.Content, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_second_run_changes_nothing()
    {
        Run(Topology + " | New-EtcdStaticPodManifest");
        IReadOnlyList<string> before = Folder.Tree();

        Assert.All(All<EtcdStaticPodManifest>(Topology + " | New-EtcdStaticPodManifest"), m => Assert.Equal(EtcdChange.Unchanged, m.Status));
        Assert.Equal(before, Folder.Tree());
    }

    [Fact]
    public void With_WhatIf_nothing_is_written()
    {
        Run(Topology + " | New-EtcdStaticPodManifest -WhatIf");

        Assert.Empty(Folder.Tree());
        Assert.Equal(3, Session.Host.Lines.Count);
    }

    [Fact]
    public void It_pipes_on_with_its_token_and_shares_the_folder_with_the_configurations()
    {
        EtcdKubeadmConfig[] configs = All<EtcdKubeadmConfig>(Topology + " | New-EtcdStaticPodManifest -StagingPath s | New-EtcdKubeadmConfig");

        Assert.Equal(3, configs.Length);
        Assert.All(configs, c => Assert.Equal(Folder[$"s/{c.Member.Name}/kubeadmcfg.yaml"], c.Path));
        Assert.All(configs, c => Assert.Contains(c.Topology.InitialClusterToken!, File.ReadAllText(Folder[$"s/{c.Member.Name}/etcd.yaml"]), StringComparison.Ordinal));
    }

    [Fact]
    public void A_manifest_is_not_taken_for_a_certificate_of_another_CA() =>
        Assert.Single(All<EtcdCertificateAuthority>(Topology + " | New-EtcdStaticPodManifest | New-EtcdCertificateAuthority"));

    [Fact]
    public void Manifests_go_with_the_staging_folder()
    {
        Run(Topology + " | New-EtcdStaticPodManifest");
        Run("Remove-EtcdStaging -StagingPath ./etcd-staging -All -Confirm:$false");

        Assert.Empty(Folder.Tree());
    }
}
