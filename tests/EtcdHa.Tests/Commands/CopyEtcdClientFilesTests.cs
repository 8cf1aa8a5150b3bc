using System.Management.Automation;

namespace EtcdHa.Tests.Commands;

/// <summary>What Copy-EtcdClientFiles and Test-EtcdClusterHealth -From decide before a host is reached.</summary>
public sealed class CopyEtcdClientFilesTests : CommandTest
{
    // TEST-NET-1: nothing answers there.
    private const string Hosts = "-SshTarget ubuntu@192.0.2.10, '192.0.2.11:2222', ubuntu@192.0.2.10";

    [Fact]
    public void Each_host_is_asked_about_once_and_nothing_is_connected_to()
    {
        Run(Stage);
        IReadOnlyList<string> before = Folder.Tree();
        Assert.Empty(Run($"$topology | Copy-EtcdClientFiles {Hosts} -Member infra[12] -WhatIf").Output);
        Assert.Equal(2, Session.Host.Lines.Count);
        Assert.Contains("\"ubuntu@192.0.2.10\"", Session.Host.Lines[0], StringComparison.Ordinal);
        Assert.Contains("@192.0.2.11:2222\"", Session.Host.Lines[1], StringComparison.Ordinal);
        Assert.All(Session.Host.Lines, line => Assert.Contains("the API server's client certificate of infra1", line, StringComparison.Ordinal));
        Assert.Equal(before, Folder.Tree());
    }

    [Fact]
    public void Results_of_a_step_are_one_cluster_and_the_first_members_certificate_is_taken()
    {
        Run(Stage + "$topology | New-EtcdCertificateSet | Copy-EtcdClientFiles -ComputerName 192.0.2.10 -WhatIf");
        Assert.Contains("certificate of infra0", Assert.Single(Session.Host.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "StagingFileMissing", "apiserver-etcd-client.key")]
    [InlineData("etcd/peer.key", "ClientFilesWrong", "the key belongs to another certificate")]
    public void Files_that_would_not_work_are_refused_once_and_before_a_host_is_reached(string? key, string errorId, string named)
    {
        Run(Stage);
        string path = Folder["etcd-staging/infra0/pki/apiserver-etcd-client.key"];
        File.Delete(path);
        if (key is not null)
        {
            File.Copy(Folder["etcd-staging/infra0/pki/" + key], path);
        }

        ErrorRecord error = Refusal($"$topology | Copy-EtcdClientFiles {Hosts}", errorId, "CopyEtcdClientFiles");
        Assert.Contains(named, error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etc/pki")]
    [InlineData("/")]
    public void A_certificates_directory_that_is_not_from_the_root_is_refused(string directory) =>
        Refusal(Stage + $"$topology | Copy-EtcdClientFiles -SshTarget 192.0.2.10 -CertificatesDirectory '{directory}'", "HostPathInvalid", "CopyEtcdClientFiles");

    [Fact]
    public void A_client_of_the_staging_folder_and_a_certificate_file_contradict_each_other() =>
        Refusal(Stage + "$topology | Test-EtcdClusterHealth -Client ApiServer -CertificatePath ./x.crt -KeyPath ./x.key", "HealthClientContradiction", "TestEtcdClusterHealth");

    [Fact]
    public void As_the_API_servers_client_its_own_certificate_is_needed()
    {
        Run(Stage);
        File.Delete(Folder["etcd-staging/infra0/pki/apiserver-etcd-client.key"]);
        ErrorRecord error = Refusal("$topology | Test-EtcdClusterHealth -Client ApiServer -From ubuntu@192.0.2.10", "ClientCertificateMissing", "TestEtcdClusterHealth");
        Assert.Contains("apiserver-etcd-client.key", error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_a_host_that_cannot_be_reached_every_row_says_so_in_the_time_given()
    {
        Run(Stage);
        string silent = One<string>("$listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0); $listener.Start(); \"127.0.0.1:$($listener.LocalEndpoint.Port)\"");
        try
        {
            using var key = System.Security.Cryptography.RSA.Create(2048);
            Folder.Write("id_rsa", key.ExportRSAPrivateKeyPem());
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Folder["id_rsa"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            Folder.Write("known_hosts", "");
            Run("$target = New-EtcdSshTarget 127.0.0.1 -Port $listener.LocalEndpoint.Port -UserName admin -IdentityFile ./id_rsa -KnownHostsFile ./known_hosts -ConnectTimeout 10m");
            EtcdEndpointHealth[] rows = All<EtcdEndpointHealth>("$topology | Test-EtcdClusterHealth -From $target -Client ApiServer -CommandTimeoutSec 1");
            Assert.Equal(3, rows.Length);
            Assert.All(rows, row => Assert.Equal((false, $"context deadline exceeded (SSH connection to admin@{silent})", $"admin@{silent}"), (row.Healthy, row.Error, row.From)));
        }
        finally
        {
            Run("$listener.Stop()");
        }
    }
}
