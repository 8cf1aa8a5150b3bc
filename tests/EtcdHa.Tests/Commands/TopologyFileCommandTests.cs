using System.Management.Automation;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

public sealed class TopologyFileCommandTests : CommandTest
{
    internal const string HandWritten =
        """
        apiVersion: etcdha/v1
        kind: EtcdTopology
        kubernetesVersion: v1.36.3
        encryptionAlgorithm: ECDSA-P256
        ssh:
          identityFile: [keys/id_ed25519, ~/.ssh/id_etcd]
        members:
        - name: infra0
          address: 10.0.0.6
        - name: infra1
          address: 10.0.0.7
        - name: infra2
          address: 10.0.0.8
        """;

    [Fact]
    public void What_is_written_reads_back_the_same_and_writes_the_same_bytes()
    {
        Run($"$topology = {Topology} -ExtraArg quota-backend-bytes=8589934592 -CertificateValidity 100h -SshUser ubuntu; $topology | Export-EtcdTopology ./etcd.yaml");
        string text = File.ReadAllText(Folder["etcd.yaml"]);
        Assert.DoesNotContain('\r', text);
        Run("Import-EtcdTopology ./etcd.yaml | Export-EtcdTopology ./copy.yaml");
        Assert.Equal(text, File.ReadAllText(Folder["copy.yaml"]));
        Assert.Equal(One<string>("$topology.InitialClusterToken"), One<string>("(Import-EtcdTopology ./copy.yaml).InitialClusterToken"));
    }

    [Fact]
    public void The_schema_lies_beside_the_file_unless_it_is_not_wanted()
    {
        Run($"$topology = {Topology}; $topology | Export-EtcdTopology ./a/etcd.yaml; $topology | Export-EtcdTopology ./b/etcd.yaml -NoSchema");
        Assert.True(File.Exists(Folder["a/etcd-topology.schema.json"]));
        Assert.False(File.Exists(Folder["b/etcd-topology.schema.json"]));
    }

    [Fact]
    public void Secrets_of_SSH_targets_are_not_written_and_that_is_said()
    {
        const string Secret = "$s = [System.Net.NetworkCredential]::new('', 'pass-w0rd').SecurePassword; $c = [pscredential]::new('operator', $s); ";

        string warning = Assert.Single(Run(
            Secret + "New-EtcdMember infra0 10.0.0.6 -SshTarget (New-EtcdSshTarget 10.0.0.6 -Credential $c -KeyPassphrase $s -JumpHost (New-EtcdSshTarget b -Credential $c)) "
            + "| New-EtcdTopology -WarningAction SilentlyContinue | Export-EtcdTopology ./etcd.yaml").Warnings, line => line.Contains("not written", StringComparison.Ordinal));

        Assert.Contains("-Credential", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-w0rd", File.ReadAllText(Folder["etcd.yaml"]) + warning, StringComparison.Ordinal);
        Assert.Equal("operator@b", Assert.Single(One<EtcdTopology>("Import-EtcdTopology ./etcd.yaml -WarningAction SilentlyContinue").Members[0].SshTarget!.JumpHost!).ToString());
    }

    [Fact]
    public void Nothing_is_written_to_the_pipeline_but_the_file_on_request()
    {
        Assert.Empty(Run($"{Topology} | Export-EtcdTopology ./etcd.yaml").Output);
        Assert.Equal(Folder["etcd.yaml"], One<FileInfo>("Import-EtcdTopology ./etcd.yaml | Export-EtcdTopology ./etcd.yaml -PassThru").FullName);
    }

    [Fact]
    public void A_file_that_differs_is_replaced_with_Force_only()
    {
        Folder.Write("etcd.yaml", "mine");
        ErrorRecord error = Refusal($"{Topology} | Export-EtcdTopology ./etcd.yaml", "TopologyFileExists", "ExportEtcdTopology");
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Equal("mine", File.ReadAllText(Folder["etcd.yaml"]));
        Run($"{Topology} | Export-EtcdTopology ./etcd.yaml -Force");
        Assert.Equal(3, One<EtcdTopology>("Import-EtcdTopology ./etcd.yaml").Members.Count);
    }

    [Fact]
    public void A_folder_that_everyone_may_write_to_takes_a_topology_which_is_no_secret()
    {
        Directory.CreateDirectory(Folder["open"]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder["open"], (UnixFileMode)0x1FF);
        }

        Run($"{Topology} | Export-EtcdTopology ./open/etcd.yaml");
    }

    [Fact]
    public void A_link_to_the_file_stays_a_link()
    {
        Folder.Write("repository/etcd.yaml", "old");
        File.CreateSymbolicLink(Folder["etcd.yaml"], Folder["repository/etcd.yaml"]);
        Run($"{Topology} | Export-EtcdTopology ./etcd.yaml -Force");
        Assert.NotNull(new FileInfo(Folder["etcd.yaml"]).LinkTarget);
        Assert.StartsWith("# yaml-language-server", File.ReadAllText(Folder["repository/etcd.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_key_files_are_relative_to_the_file()
    {
        Folder.Write("clusters/etcd.yaml", HandWritten);
        Assert.Equal([Folder["clusters/keys/id_ed25519"], "~/.ssh/id_etcd"], One<EtcdTopology>("Import-EtcdTopology ./clusters/etcd.yaml").Ssh.IdentityFile!);
    }

    [Fact]
    public void Key_files_given_to_the_topology_are_relative_to_the_location() =>
        Assert.Equal([Folder["keys/id"]], One<EtcdTopology>(Topology + " -IdentityFile keys/id").Ssh.IdentityFile!);

    [Fact]
    public void Wildcards_mean_every_file_and_one_bad_file_does_not_keep_the_others_back()
    {
        Folder.Write("a.yaml", HandWritten);
        Folder.Write("b.yaml", "kind: EtcdTopology\n");
        Folder.Write("c.yaml", HandWritten);
        Directory.CreateDirectory(Folder["folder.yaml"]);
        ScriptResult result = Session.Invoke("Import-EtcdTopology ./*.yaml");
        Assert.Null(result.Terminating);
        Assert.Equal(2, result.Output.Count);
        Assert.Equal(
            ["TopologyFileKind,EtcdHa.Commands.ImportEtcdTopologyCommand", "TopologyFileUnreadable,EtcdHa.Commands.ImportEtcdTopologyCommand"],
            result.Errors.Select(e => e.FullyQualifiedErrorId).Order());
    }

    [Fact]
    public void A_name_with_brackets_is_taken_literally_on_request_and_from_file_objects()
    {
        Folder.Write("etcd[1].yaml", HandWritten);
        Assert.Equal("PathNotFound,EtcdHa.Commands.ImportEtcdTopologyCommand", Assert.Single(Session.Invoke("Import-EtcdTopology './etcd[1].yaml'").Errors).FullyQualifiedErrorId);
        Assert.Single(All<EtcdTopology>("Import-EtcdTopology -LiteralPath './etcd[1].yaml'"));
        Assert.Single(All<EtcdTopology>("$ExecutionContext.InvokeProvider.ChildItem.Get('.', $false) | Import-EtcdTopology"));
    }

    [Fact]
    public void A_misspelt_field_is_an_error_with_line_column_and_the_field_that_was_meant()
    {
        Folder.Write("etcd.yaml", HandWritten.Replace("encryptionAlgorithm", "encryptionAlgoritm", StringComparison.Ordinal));
        ErrorRecord error = Refusal("Import-EtcdTopology ./etcd.yaml", "TopologyFileFieldUnknown", "ImportEtcdTopology");
        Assert.Contains($"{Folder["etcd.yaml"]}(4,1)", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("encryptionAlgorithm", error.ErrorDetails.Message + error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        var exception = Assert.IsType<EtcdTopologyException>(error.Exception);
        Assert.Equal((4, 1), ((int)exception.Line!, (int)exception.Column!));
    }

    [Fact]
    public void What_is_wrong_with_a_files_cluster_names_the_file()
    {
        Folder.Write("etcd.yaml", HandWritten.Replace("10.0.0.7", "10.0.0.6", StringComparison.Ordinal));
        ErrorRecord error = Refusal("Import-EtcdTopology ./etcd.yaml", "MemberAddressDuplicate", "ImportEtcdTopology");
        Assert.StartsWith(Folder["etcd.yaml"], error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        ErrorRecord error = Refusal("Import-EtcdTopology ./nothing.yaml", "PathNotFound", "ImportEtcdTopology");
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("./nothing.yaml", error.TargetObject);
    }
}
