using System.Management.Automation;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>A CA whose key is elsewhere; what it signs, a second staging folder signs here with the keys of the first one.</summary>
public sealed class ExternalAuthorityTests : CommandTest
{
    [Fact]
    public void Requests_come_one_a_certificate_and_a_second_run_changes_nothing()
    {
        EtcdCertificateRequest[] requests = All<EtcdCertificateRequest>("($topology = " + Topology + ") | New-EtcdCertificateRequest -StagingPath ./mine");
        IReadOnlyList<string> before = Folder.Tree();
        Assert.Equal(12, requests.Length);
        Assert.All(requests, r => Assert.True(File.Exists(r.Path) && File.Exists(r.KeyPath)));
        Assert.All(All<EtcdCertificateRequest>("$topology | New-EtcdCertificateRequest -StagingPath ./mine"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.Equal(before, Folder.Tree());
    }

    [Fact]
    public void A_request_that_is_not_right_is_an_error_and_made_anew_by_force()
    {
        Run("$topology = " + Topology + "; $null = $topology | New-EtcdCertificateRequest");
        Folder.Write("etcd-staging/infra1/pki/etcd/peer.csr", "x");
        ErrorRecord error = Refusal("$null = $topology | New-EtcdCertificateRequest", "CertificateRequestsWrong", "NewEtcdCertificateRequest");
        Assert.Contains("etcd/peer.csr: no certificate request in PEM form", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(EtcdChange.Updated, Assert.Single(All<EtcdCertificateRequest>("$topology | New-EtcdCertificateRequest -Force"), r => r.Status != EtcdChange.Unchanged).Status);
    }

    [Theory]
    [InlineData("$topology | Import-EtcdCertificate -StagingPath ./mine -Path ./signed/*.pem")]
    [InlineData("$files | Import-EtcdCertificate -Topology $topology -StagingPath ./mine")]
    [InlineData("$requests | Import-EtcdCertificate -LiteralPath $files.PSPath")]
    [InlineData("$ca | Import-EtcdCertificate -Topology $topology -Path ./signed/infra0*, ./signed/infra[12]*")]
    public void What_was_signed_becomes_the_members_sets_which_go_on_to_the_hosts(string import)
    {
        Sign();
        EtcdCertificateSet[] sets = All<EtcdCertificateSet>("($sets = " + import + ")");
        Assert.Equal(["infra0", "infra1", "infra2"], sets.Select(s => s.Member.Name));
        Assert.All(sets, s => Assert.Equal((EtcdChange.Created, 4), (s.Status, s.Certificates.Count)));
        Assert.False(File.Exists(Folder["mine/pki/etcd/ca.key"]));
        Assert.All(All<EtcdCertificateSet>(import), s => Assert.Equal(EtcdChange.Unchanged, s.Status));

        // No host is reached, but everything that would go there is read before one is asked about.
        int before = Session.Host.Lines.Count;
        Run("$null = $topology | New-EtcdKubeadmConfig -StagingPath ./mine; $sets | Copy-EtcdMemberFiles -WhatIf");
        Assert.Equal(3, Session.Host.Lines.Count - before);
    }

    [Fact]
    public void A_member_that_still_lacks_certificates_is_warned_of_and_what_was_taken_is_given()
    {
        Sign();
        ScriptResult result = Run("$topology | Import-EtcdCertificate -StagingPath ./mine -Path ./signed/infra0*, ./signed/infra1-etcd-server.pem -WarningVariable warnings; $warnings");
        Assert.Equal("infra0", Assert.Single(result.Output.Select(o => o.BaseObject).OfType<EtcdCertificateSet>()).Member.Name);
        EtcdMemberCertificate certificate = Assert.Single(result.Output.Select(o => o.BaseObject).OfType<EtcdMemberCertificate>());
        Assert.Equal(("infra1", "etcd/server", EtcdChange.Created), (certificate.Member.Name, certificate.Name, certificate.Status));
        Assert.Contains("infra1 still lacks certificates: etcd/peer, etcd/healthcheck-client, apiserver-etcd-client", One<string>("\"$warnings\""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_refused_is_its_own_error_and_the_others_are_taken()
    {
        Sign();
        File.Copy(Folder["theirs/pki/etcd/ca.crt"], Folder["signed/infra0-etcd-peer.pem"], overwrite: true);
        ScriptResult result = Session.Invoke("$topology | Import-EtcdCertificate -StagingPath ./mine -Path ./signed/* -WarningAction Ignore");
        Assert.Equal("CertificateNotRequested,EtcdHa.Commands.ImportEtcdCertificateCommand", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.Equal(["infra1", "infra2"], result.Output.Select(o => o.BaseObject).OfType<EtcdCertificateSet>().Select(s => s.Member.Name));
        Assert.Equal(3, result.Output.Select(o => o.BaseObject).OfType<EtcdMemberCertificate>().Count());
    }

    [Fact]
    public void A_path_that_is_not_there_is_an_error()
    {
        Sign();
        Refusal("$topology | Import-EtcdCertificate -StagingPath ./mine -Path ./absent.crt", "PathNotFound", "ImportEtcdCertificate");
    }

    // A set made in a copy of the folder is made for the requests' keys: a key without a certificate gets one. The certificates alone are what is signed.
    private void Sign()
    {
        EtcdCertificateRequest[] requests = All<EtcdCertificateRequest>("$topology = " + Topology + "; ($requests = $topology | New-EtcdCertificateRequest -StagingPath ./mine)");
        foreach (EtcdCertificateRequest request in requests)
        {
            string key = request.KeyPath.Replace(Folder["mine"], Folder["theirs"], StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(key)!);
            File.Copy(request.KeyPath, key);
        }

        Run("$null = $topology | New-EtcdCertificateAuthority -StagingPath ./theirs | New-EtcdCertificateSet");
        Directory.CreateDirectory(Folder["signed"]);
        foreach (EtcdCertificateRequest request in requests)
        {
            File.Copy(Folder[$"theirs/{request.Member}/pki/{request.Name}.crt"], Folder[$"signed/{request.Member}-{request.Name.Replace('/', '-')}.pem"]);
        }

        Run("$ca = Import-EtcdCertificateAuthority ./theirs/pki/etcd/ca.crt -StagingPath ./mine; $files = [IO.Directory]::GetFiles(\"$PWD/signed\") | ForEach-Object { [pscustomobject] @{ PSPath = $_ } }");
    }
}
