using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>Bad input that needs no host to be seen: each with an error id of its own, before anything is written.</summary>
public sealed class BadInputTests : CommandTest
{
    [Theory]
    [InlineData("infra_0 10.0.0.6", "MemberNameInvalid", "infra_0")]
    [InlineData("Infra0 10.0.0.6", "MemberNameInvalid", "Infra0")]
    [InlineData("infra0 127.0.0.1", "MemberAddressLoopback", "127.0.0.1")]
    [InlineData("infra0 ::1", "MemberAddressLoopback", "::1")]
    [InlineData("infra0 0.0.0.0", "MemberAddressUnspecified", "0.0.0.0")]
    [InlineData("infra0 '::'", "MemberAddressUnspecified", "::")]
    [InlineData("infra0 infra0.example.com", "MemberAddressInvalid", "infra0.example.com")]
    [InlineData("infra0 10.0.0.6 -ClientPort 70000", "PortInvalid", "70000")]
    [InlineData("infra0 10.0.0.6 -ServerCertSan 'not a name'", "SanInvalid", "not a name")]
    public void A_member_that_kubeadm_or_etcd_would_refuse_is_refused_at_once(string arguments, string errorId, string named) =>
        Expect($"New-EtcdMember {arguments}", errorId, "NewEtcdMember", named);

    [Theory]
    [InlineData("(New-EtcdMember infra0 10.0.0.6), (New-EtcdMember infra0 10.0.0.7)", "", "MemberNameDuplicate", "infra0")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6), (New-EtcdMember infra1 10.0.0.6)", "", "MemberAddressDuplicate", "10.0.0.6")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6), (New-EtcdMember infra1 fd00::7)", "", "MemberAddressFamilyMixed", "fd00::7")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6)", "-KubernetesVersion v1.99.0", "KubernetesVersionUnknown", "1.99.0")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6)", "-KubernetesVersion latest", "KubernetesVersionInvalid", "latest")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6)", "-ClientPort 2380", "PortDuplicate", "2380")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6)", "-DataDirectory etcd", "PathNotAbsolute", "etcd")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6)", "-InitialClusterToken 'a b'", "InitialClusterTokenInvalid", "a b")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6)", "-ExtraArg name=x", "ExtraArgOwned", "name")]
    [InlineData("(New-EtcdMember infra0 10.0.0.6)", "-IdentityFile Env:/x", "PathNotFileSystem", "Env:/x")]
    [InlineData("@()", "", "TopologyHasNoMembers", "no members")]
    public void Fault28_A_cluster_that_cannot_work_is_refused_before_anything_is_made(string members, string arguments, string errorId, string named) =>
        Expect($"{members} | New-EtcdTopology {arguments}", errorId, "NewEtcdTopology", named);

    [Theory]
    [InlineData("Uninstall-EtcdMember", "MemberNotNamed", "UninstallEtcdMember", "infra0")]
    [InlineData("Uninstall-EtcdCluster -Member infra1", "ClusterNotWhole", "UninstallEtcdCluster", "infra1")]
    public void A_removal_that_does_not_say_what_it_means_is_refused_before_a_host_is_connected_to(string command, string errorId, string cmdlet, string named) =>
        Expect(
            $"(New-EtcdMember infra0 192.0.2.6), (New-EtcdMember infra1 192.0.2.7) | New-EtcdTopology -WarningAction Ignore | {command} -Confirm:$false", errorId, cmdlet, named);

    [Fact]
    public void An_even_number_of_members_is_a_warning()
    {
        ScriptResult result = Run("(New-EtcdMember infra0 10.0.0.6), (New-EtcdMember infra1 10.0.0.7) | New-EtcdTopology");
        Assert.Single(result.Output);
        Assert.Contains("2 members", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_parameter_of_New_ends_the_script_under_Stop_and_is_caught_by_type()
    {
        string caught = One<string>(
            """
            try { New-EtcdMember infra_0 10.0.0.6 -ErrorAction Stop; 'not caught' }
            catch [EtcdHa.EtcdTopologyException] { "$($_.Exception.ErrorId) $($_.Exception.RecommendedAction -ne '')" }
            """);
        Assert.Equal("MemberNameInvalid True", caught);
    }

    [Fact]
    public void A_bad_file_lets_the_script_go_on_unless_it_asked_to_stop()
    {
        Folder.Write("etcd.yaml", "members: []\n");
        Assert.Equal("after", Assert.Single(Session.Invoke("Import-EtcdTopology ./etcd.yaml; 'after'").As<string>()));
        ScriptResult stopped = Session.Invoke("$ErrorActionPreference = 'Stop'; Import-EtcdTopology ./etcd.yaml; 'after'");
        Assert.Empty(stopped.Output);
        Assert.StartsWith("TopologyFile", stopped.Terminating!.ErrorRecord.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_not_a_CA_is_refused()
    {
        Make(isAuthority: false, DateTimeOffset.UtcNow.AddDays(1));
        ErrorRecord error = Expect("Import-EtcdCertificateAuthority ./ca.crt ./ca.key", "CertificateNotCA", "ImportEtcdCertificateAuthority", Folder["ca.crt"]);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
    }

    [Fact]
    public void Fault13_A_CA_that_is_not_valid_any_more_is_refused()
    {
        Make(isAuthority: true, DateTimeOffset.UtcNow.AddMinutes(-1));
        Expect("Import-EtcdCertificateAuthority ./ca.crt ./ca.key", "CertificateExpired", "ImportEtcdCertificateAuthority", Folder["ca.crt"]);
    }

    [Fact]
    public void A_key_that_is_another_certificates_is_refused()
    {
        Make(isAuthority: true, DateTimeOffset.UtcNow.AddDays(1));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Folder.Write("ca.key", other.ExportPkcs8PrivateKeyPem());
        Expect("Import-EtcdCertificateAuthority ./ca.crt ./ca.key", "CertificateKeyMismatch", "ImportEtcdCertificateAuthority", Folder["ca.crt"]);
    }

    [Theory]
    [InlineData("./nothing.crt", "CertificateFileUnreadable", "nothing.crt")]
    [InlineData("./text.crt", "CertificateUnreadable", "text.crt")]
    public void A_file_that_is_no_certificate_is_refused(string path, string errorId, string named)
    {
        Folder.Write("text.crt", "hello");
        Expect($"Import-EtcdCertificateAuthority {path}", errorId, "ImportEtcdCertificateAuthority", named);
    }

    [Fact]
    public void Another_authority_than_the_staging_folders_is_refused_without_Force()
    {
        Run(Stage);
        Make(isAuthority: true, DateTimeOffset.UtcNow.AddDays(1));
        Expect("Import-EtcdCertificateAuthority ./ca.crt ./ca.key", "CertificateAuthorityExists", "ImportEtcdCertificateAuthority", "ca.crt");
        Assert.Equal(EtcdChange.Updated, One<EtcdCertificateAuthority>("Import-EtcdCertificateAuthority ./ca.crt ./ca.key -Force").Status);
    }

    [Theory]
    [InlineData("$topology | New-EtcdKubeadmConfig", "NewEtcdKubeadmConfig")]
    [InlineData("$topology | New-EtcdCertificateAuthority", "NewEtcdCertificateAuthority")]
    [InlineData("$topology | New-EtcdCertificateSet", "NewEtcdCertificateSet")]
    public void A_staging_folder_that_is_a_file_is_refused(string step, string command)
    {
        Folder.Write("etcd-staging", "a file");
        Run($"$topology = {Topology}");
        Expect(step, "StagingPathIsFile", command, Folder["etcd-staging"]);
    }

    [Fact]
    public void A_staging_folder_that_is_no_file_system_path_is_refused() =>
        Expect($"{Topology} | New-EtcdKubeadmConfig -StagingPath Env:/x", "PathNotFileSystem", "NewEtcdKubeadmConfig", "Env:/x");

    [Fact]
    public void Certificates_that_the_health_check_needs_and_nobody_made_are_named() =>
        Expect($"{Topology} | Test-EtcdClusterHealth", "ClientCertificateMissing", "TestEtcdClusterHealth", Folder["etcd-staging/pki/etcd/ca.crt"]);

    [Theory]
    [InlineData("Test-EtcdClusterHealth -CaPath Env:/x", "PathNotFileSystem", "TestEtcdClusterHealth")]
    [InlineData("Export-EtcdTopology Env:/x", "PathNotFileSystem", "ExportEtcdTopology")]
    public void A_path_that_is_not_the_file_systems_is_refused(string step, string errorId, string command) =>
        Expect($"{Topology} | {step}", errorId, command, "Env:/x");

    private ErrorRecord Expect(string script, string errorId, string command, string named)
    {
        IReadOnlyList<string> before = Folder.Tree();
        ErrorRecord error = Refusal(script, errorId, command);
        Assert.Contains(named, error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(before, Folder.Tree());
        return error;
    }

    private void Make(bool isAuthority, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mine", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), notAfter);
        Folder.Write("ca.crt", certificate.ExportCertificatePem() + "\n");
        Folder.Write("ca.key", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
