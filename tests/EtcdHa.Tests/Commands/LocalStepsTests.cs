using System.Management.Automation;
using System.Text.RegularExpressions;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>The steps of the procedure that need no host, from members to the removal of the keys.</summary>
public sealed class LocalStepsTests : CommandTest
{
    private static readonly string[] StagedFiles =
    [
        .. new[] { "infra0", "infra1", "infra2" }.SelectMany(m => new[]
        {
            $"{m}/kubeadmcfg.yaml", $"{m}/pki/apiserver-etcd-client.crt", $"{m}/pki/apiserver-etcd-client.key", $"{m}/pki/etcd/ca.crt",
            $"{m}/pki/etcd/healthcheck-client.crt", $"{m}/pki/etcd/healthcheck-client.key", $"{m}/pki/etcd/peer.crt", $"{m}/pki/etcd/peer.key",
            $"{m}/pki/etcd/server.crt", $"{m}/pki/etcd/server.key",
        }),
        "pki/etcd/ca.crt", "pki/etcd/ca.key", "topology.yaml",
    ];

    [Fact]
    public void From_rows_of_a_table_to_certificates_in_one_pipeline()
    {
        EtcdCertificateSet[] sets = All<EtcdCertificateSet>(
            """
            0..2 | ForEach-Object { [pscustomobject] @{ Name = "infra$_"; Address = "10.0.0.$($_ + 6)"; Rack = 'r1' } } | New-EtcdMember | New-EtcdTopology -KeyAlgorithm ECDSA-P256 |
                New-EtcdKubeadmConfig | New-EtcdCertificateAuthority | New-EtcdCertificateSet
            """);
        Assert.Equal(["infra0", "infra1", "infra2"], sets.Select(s => s.Member.Name));
        Assert.All(sets, s => Assert.Equal(EtcdChange.Created, s.Status));
        Assert.All(sets, s => Assert.Equal(EtcdKeyAlgorithm.EcdsaP256, Assert.Single(s.Certificates.Select(c => c.KeyAlgorithm).Distinct())));
        Assert.Equal(StagedFiles.Order(StringComparer.Ordinal), Files());
    }

    [Fact]
    public void Empty_cells_of_a_table_mean_the_defaults()
    {
        EtcdMember member = One<EtcdMember>(
            "[pscustomobject] @{ Name = 'infra0'; Address = '10.0.0.6'; SshTarget = ''; ClientPort = ''; PeerPort = ' '; MetricsPort = ''; ServerCertSan = ''; PeerCertSan = '' } | New-EtcdMember");
        Assert.Null(member.SshTarget);
        Assert.Null(member.ClientPort);
        Assert.Null(member.PeerPort);
        Assert.Null(member.MetricsPort);
        Assert.Empty(member.ServerCertSan);
        Assert.Empty(member.PeerCertSan);
    }

    [Fact]
    public void Filled_cells_of_a_table_are_taken()
    {
        EtcdMember member = One<EtcdMember>(
            "[pscustomobject] @{ Name = 'infra0'; IPAddress = '10.0.0.6'; SshTarget = 'ubuntu@gate:2222'; ClientPort = '12379'; ServerCertSan = 'a.example.com' } | New-EtcdMember");
        Assert.Equal("ubuntu@gate:2222", member.SshTarget!.ToString());
        Assert.Equal(12379, member.ClientPort);
        Assert.Equal(["a.example.com"], member.ServerCertSan);
    }

    [Fact]
    public void A_second_run_changes_nothing()
    {
        Run(Stage);
        IReadOnlyList<string> before = Folder.Tree();
        Run("$configs = $topology | New-EtcdKubeadmConfig; $ca = $configs | New-EtcdCertificateAuthority; $sets = $configs | New-EtcdCertificateSet");
        Assert.Equal(
            Enumerable.Repeat(EtcdChange.Unchanged, 7), All<EtcdChange>("$configs.Status; $ca.Status; $sets.Status"));
        Assert.Equal(before, Folder.Tree());
    }

    [Fact]
    public void The_same_script_run_again_keeps_the_token_the_staging_folder_has()
    {
        // Each run makes its topology anew, and with it a token of its own.
        const string script = Topology + " | New-EtcdKubeadmConfig";
        EtcdKubeadmConfig first = All<EtcdKubeadmConfig>(script)[0];
        IReadOnlyList<string> before = Folder.Tree();
        EtcdKubeadmConfig[] second = All<EtcdKubeadmConfig>(script);
        Assert.All(second, c => Assert.Equal(EtcdChange.Unchanged, c.Status));
        Assert.All(second, c => Assert.Equal(first.Topology.InitialClusterToken, c.Topology.InitialClusterToken));
        Assert.Contains(first.Topology.InitialClusterToken!, second[2].Content, StringComparison.Ordinal);
        Assert.Equal(before, Folder.Tree());
    }

    [Fact]
    public void Two_builds_have_different_tokens() => Assert.Equal(2, All<string>($"({Topology}).InitialClusterToken; ({Topology}).InitialClusterToken").Distinct().Count());

    [Theory]
    [InlineData("-InitialClusterToken other")]
    [InlineData("-NoInitialClusterToken")]
    public void A_token_other_than_the_staging_folders_is_refused_and_nothing_written(string token)
    {
        Run(Topology + " -InitialClusterToken mine | New-EtcdKubeadmConfig");
        IReadOnlyList<string> before = Folder.Tree();
        ErrorRecord error = Refusal($"{Topology} {token} -WarningAction Ignore | New-EtcdKubeadmConfig", "StagingTokenDiffers", "NewEtcdKubeadmConfig");
        Assert.Contains("token mine,", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(Folder["etcd-staging"], error.TargetObject);
        Assert.Equal(before, Folder.Tree());
    }

    [Fact]
    public void Another_clusters_staging_folder_is_refused_whatever_its_token()
    {
        Run(Stage);
        IReadOnlyList<string> before = Folder.Tree();
        ErrorRecord error = Refusal("New-EtcdMember infra0 10.0.1.6 | New-EtcdTopology -WarningAction Ignore | New-EtcdKubeadmConfig", "StagingFolderForeign", "NewEtcdKubeadmConfig");
        Assert.Contains(Folder["etcd-staging"], error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(before, Folder.Tree());
    }

    [Fact]
    public void Without_token_the_documents_are_the_pages_byte_for_byte()
    {
        EtcdKubeadmConfig[] configs = All<EtcdKubeadmConfig>($"{Topology} -NoInitialClusterToken -KubernetesVersion v1.36.3 -KeyAlgorithm RSA-2048 -WarningAction Ignore | New-EtcdKubeadmConfig"
            .Replace(" -KeyAlgorithm ECDSA-P256", "", StringComparison.Ordinal));
        Assert.Equal(3, configs.Length);
        Assert.All(configs, config =>
        {
            byte[] golden = File.ReadAllBytes(Path.Combine(BuiltModule.Root, "tests/EtcdHa.Core.Tests/golden/kubeadm-1.36.3", config.Member.Name, "config.yaml"));
            Assert.Equal(golden, File.ReadAllBytes(Folder[$"etcd-staging/{config.Member}/kubeadmcfg.yaml"]));
        });
    }

    [Fact]
    public void A_hand_written_file_without_token_gets_one_that_stays()
    {
        Folder.Write("etcd.yaml", TopologyFileCommandTests.HandWritten);
        string token = One<string>("(Import-EtcdTopology ./etcd.yaml | New-EtcdKubeadmConfig -Member infra0).Topology.InitialClusterToken");
        Assert.StartsWith("etcd-cluster-", token, StringComparison.Ordinal);
        EtcdKubeadmConfig[] later = All<EtcdKubeadmConfig>("Import-EtcdTopology ./etcd.yaml | New-EtcdKubeadmConfig");
        Assert.Equal([EtcdChange.Unchanged, EtcdChange.Created, EtcdChange.Created], later.Select(c => c.Status));
        Assert.All(later, c => Assert.Equal(token, c.Topology.InitialClusterToken));
    }

    [Fact]
    public void A_static_pod_without_a_token_to_give_it_is_refused_before_any_host_is_contacted()
    {
        // Were one contacted after all, it would be this machine, where nothing listens on these ports.
        Folder.Write("etcd.yaml", Regex.Replace(TopologyFileCommandTests.HandWritten, @"address: 10\.0\.0\.(\d)", "$0\n  ssh: 127.0.0.1:$1"));
        Refusal("Import-EtcdTopology ./etcd.yaml | Install-EtcdStaticPod", "StagingTokenMissing", "InstallEtcdStaticPod");
    }

    [Fact]
    public void Files_that_were_not_made_are_missed_before_any_host_is_contacted()
    {
        Run("$topology = 0..2 | ForEach-Object { New-EtcdMember \"infra$_\" \"10.0.0.$($_ + 6)\" -SshTarget \"127.0.0.1:$($_ + 6)\" } | New-EtcdTopology");
        Run("$null = $topology | New-EtcdKubeadmConfig -Member infra0, infra1");
        ScriptResult result = Session.Invoke("$topology | Copy-EtcdMemberFiles");
        Assert.Null(result.Terminating);
        Assert.Equal(3, result.Errors.Count);
        Assert.All(result.Errors, e => Assert.Equal("StagingFileMissing,EtcdHa.Commands.CopyEtcdMemberFilesCommand", e.FullyQualifiedErrorId));
        Assert.All(new[] { ("infra0", "New-EtcdCertificateSet"), ("infra2", "New-EtcdKubeadmConfig") }, expected =>
            Assert.Contains(expected.Item2, result.Errors.Single(e => e.ErrorDetails.Message.StartsWith(expected.Item1, StringComparison.Ordinal)).ErrorDetails.RecommendedAction, StringComparison.Ordinal));
    }

    [Fact]
    public void The_staging_folder_lies_in_PowerShells_location_not_the_processs()
    {
        Directory.CreateDirectory(Folder["here"]);
        Session.Runspace.SessionStateProxy.Path.SetLocation(Folder["here"]);
        Assert.Equal(Folder["here/etcd-staging"], All<EtcdKubeadmConfig>(Topology + " | New-EtcdKubeadmConfig")[0].StagingPath);
        Assert.True(File.Exists(Folder["here/etcd-staging/infra2/kubeadmcfg.yaml"]));
    }

    [Fact]
    public void Certificates_without_an_authority_make_one() =>
        Assert.Equal(EtcdChange.Unchanged, One<EtcdChange>(Topology + " | New-EtcdCertificateSet | New-EtcdCertificateAuthority | ForEach-Object Status"));

    [Fact]
    public void One_members_wrong_certificates_are_its_own_error_and_Force_makes_them_anew()
    {
        Run(Stage);
        File.Copy(Folder["etcd-staging/infra0/pki/etcd/server.key"], Folder["etcd-staging/infra1/pki/etcd/server.key"], overwrite: true);
        ScriptResult result = Session.Invoke("$topology | New-EtcdCertificateSet");
        Assert.Equal(["infra0", "infra2"], result.As<EtcdCertificateSet>().Select(s => s.Member.Name));
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("CertificateSetWrong,EtcdHa.Commands.NewEtcdCertificateSetCommand", error.FullyQualifiedErrorId);
        Assert.Contains("server", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal("infra1", error.TargetObject.ToString());
        Assert.Equal(EtcdChange.Updated, One<EtcdCertificateSet>("$topology | New-EtcdCertificateSet -Force -Member infra1").Status);
        Assert.Equal(3, Run("$topology | New-EtcdCertificateSet").Output.Count);
    }

    [Fact]
    public void Removing_the_staging_folder_takes_the_keys_and_leaves_what_is_compared_later()
    {
        Run(Stage);
        string[] removed = All<string>("$topology | New-EtcdCertificateSet | Remove-EtcdStaging -KeepCaKey -PassThru -Confirm:$false");
        Assert.Equal(12, removed.Length);
        Assert.Equal(["pki/etcd/ca.key"], Files().Where(f => f.EndsWith(".key", StringComparison.Ordinal)));
        Run("Remove-EtcdStaging ./etcd-staging -Confirm:$false");
        Assert.Equal(StagedFiles.Where(f => !f.EndsWith(".key", StringComparison.Ordinal)).Order(StringComparer.Ordinal), Files());
    }

    [Fact]
    public void Removing_all_leaves_only_what_others_put_there_and_says_so()
    {
        Run(Stage);
        Folder.Write("etcd-staging/infra0/notes.txt", "mine");
        string warning = Assert.Single(Run("Remove-EtcdStaging ./etcd-staging -All -Confirm:$false").Warnings);
        Assert.Contains("notes.txt", warning, StringComparison.Ordinal);
        Assert.Equal(["infra0/notes.txt"], Files());
        File.Delete(Folder["etcd-staging/infra0/notes.txt"]);
    }

    [Fact]
    public void Keys_believed_removed_from_a_misspelt_folder_are_an_error()
    {
        Run(Stage);
        ErrorRecord error = Refusal("Remove-EtcdStaging ./etcd-stagin -Confirm:$false", "PathNotFound", "RemoveEtcdStaging");
        Assert.Equal("./etcd-stagin", error.TargetObject);
    }

    [Fact]
    public void An_authority_of_ones_own_is_imported_once_into_the_staging_folder_that_comes_down_the_pipeline()
    {
        Run($"$topology = {Topology}; $null = $topology | New-EtcdCertificateAuthority -StagingPath other");
        EtcdCertificateAuthority authority = One<EtcdCertificateAuthority>(
            "$topology | New-EtcdKubeadmConfig -StagingPath s | Import-EtcdCertificateAuthority ./other/pki/etcd/ca.crt ./other/pki/etcd/ca.key");
        Assert.Equal(Folder["s/pki/etcd/ca.crt"], authority.Path);
        Assert.Equal(EtcdChange.Created, authority.Status);
        Assert.Equal(File.ReadAllBytes(Folder["other/pki/etcd/ca.crt"]), File.ReadAllBytes(authority.Path));
    }

    private string[] Files() =>
    [
        .. Directory.EnumerateFiles(Folder["etcd-staging"], "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Folder["etcd-staging"], f)).Order(StringComparer.Ordinal),
    ];
}
