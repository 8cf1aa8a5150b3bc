using System.Globalization;
using System.Security.Cryptography;
using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>What the procedure left on the hosts, as the hosts' own stat, find and openssl see it.</summary>
public sealed class HostFilesTests(LabCluster cluster) : LabTest(cluster)
{
    private static readonly string[] Leaves = ["etcd/server", "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client"];

    [LabFact]
    public void The_page_s_lists_are_there_with_root_s_ownership_and_kubeadm_s_modes_and_nothing_else()
    {
        Assert.All(Hosts, host =>
        {
            string[] expected =
            [
                "755 root:root d /etc/kubernetes/pki", "755 root:root d /etc/kubernetes/pki/etcd", "644 root:root f /etc/kubernetes/pki/etcd/ca.crt",
                .. host == Hosts[0] ? ["600 root:root f /etc/kubernetes/pki/etcd/ca.key"] : Array.Empty<string>(),
                .. Leaves.SelectMany(l => new[] { $"644 root:root f /etc/kubernetes/pki/{l}.crt", $"600 root:root f /etc/kubernetes/pki/{l}.key" }),
            ];
            string found = host.Root("find /etc/kubernetes/pki -printf '%m %u:%g %y %p\\n'");
            Assert.Equal(expected.Order(StringComparer.Ordinal), found.Split('\n').Order(StringComparer.Ordinal));
        });
    }

    [LabFact]
    public void Manifest_and_data_directory_are_root_s_alone_and_the_manifest_folder_holds_nothing_else()
        => Assert.All(Hosts, host => Assert.Equal(
            "600 root:root f /etc/kubernetes/manifests/etcd.yaml\n700 root:root d /var/lib/etcd",
            host.Root("find /etc/kubernetes/manifests -mindepth 1 -printf '%m %u:%g %y %p\\n'; find /var/lib/etcd -maxdepth 0 -printf '%m %u:%g %y %p\\n'")));

    [LabFact]
    public void The_SSH_user_s_home_has_the_kubeadm_configuration_and_nothing_else()
        => Assert.All(Hosts, host =>
        {
            Assert.Equal(
                "644 ubuntu:ubuntu f /home/ubuntu/kubeadmcfg.yaml",
                host.Root("find /home/ubuntu -mindepth 1 -maxdepth 1 ! -name .ssh ! -name '.bash*' ! -name .profile -printf '%m %u:%g %y %p\\n'"));
            Assert.Equal(Sha256(Path.Combine(Cluster.Staging, host.Name, "kubeadmcfg.yaml")), host.Sha256("/home/ubuntu/kubeadmcfg.yaml"));
        });

    [LabFact]
    public void No_staging_directory_and_no_private_key_is_left_anywhere_but_in_the_certificates_directory()
        => Assert.All(Hosts, host =>
        {
            Assert.Empty(host.Root("find / -xdev -name '.etcdha*' -not -path '/proc/*'"));
            Assert.Empty(host.Root("grep -rl 'PRIVATE KEY' /home /tmp /var/tmp /run/user /root /etc/systemd /etc/kubernetes/manifests 2>/dev/null || true"));
        });

    [LabFact]
    public void Files_on_the_hosts_are_those_of_the_staging_folder()
        => Assert.All(Hosts, host =>
        {
            string pki = Path.Combine(Cluster.Staging, host.Name, "pki");
            IEnumerable<string> staged = Leaves.SelectMany(l => new[] { l + ".crt", l + ".key" }).Append("etcd/ca.crt")
                .Select(name => $"{Sha256(Path.Combine(pki, name))}  {name}");
            Assert.Equal(
                staged.Order(StringComparer.Ordinal),
                host.Root("cd /etc/kubernetes/pki; find * -type f ! -name ca.key -exec sha256sum {} +").Split('\n').Order(StringComparer.Ordinal));
        });

    [LabFact]
    public void Openssl_verifies_every_certificate_for_its_purpose_and_every_key_belongs_to_its_certificate()
        => Assert.All(Hosts, host => host.Root("""
            cd /etc/kubernetes/pki
            for leaf in etcd/server etcd/peer; do openssl verify -purpose sslserver -CAfile etcd/ca.crt "$leaf.crt"; done
            for leaf in etcd/server etcd/peer etcd/healthcheck-client apiserver-etcd-client; do
                openssl verify -x509_strict -purpose sslclient -CAfile etcd/ca.crt "$leaf.crt"
                [ "$(openssl x509 -in "$leaf.crt" -noout -pubkey)" = "$(openssl pkey -in "$leaf.key" -pubout)" ]
            done
            openssl verify -verify_hostname "$(hostname)" -CAfile etcd/ca.crt etcd/server.crt
            openssl verify -verify_hostname localhost -CAfile etcd/ca.crt etcd/peer.crt
            if openssl verify -purpose sslserver -CAfile etcd/ca.crt etcd/healthcheck-client.crt; then exit 1; fi
            """));

    [LabTheory]
    [InlineData("etcd/server", "TLS Web Server Authentication, TLS Web Client Authentication", true)]
    [InlineData("etcd/peer", "TLS Web Server Authentication, TLS Web Client Authentication", true)]
    [InlineData("etcd/healthcheck-client", "TLS Web Client Authentication", false)]
    [InlineData("apiserver-etcd-client", "TLS Web Client Authentication", false)]
    public void Openssl_prints_the_names_and_usages_kubeadm_gives_and_the_dates_we_report(string leaf, string usage, bool hasNames)
    {
        // As it is now: another test renews one.
        IReadOnlyList<EtcdCertificateSet> sets = Run<EtcdCertificateSet>("$topology | New-EtcdCertificateSet -StagingPath $staging");
        Assert.All(Hosts, host =>
        {
            string text = host.Root($"openssl x509 -in /etc/kubernetes/pki/{leaf}.crt -noout -text");
            EtcdCertificate reported = sets.Single(s => s.Member.Name == host.Name).Certificates.Single(c => c.Name == leaf);

            Assert.Equal(usage, After(text, "X509v3 Extended Key Usage:"));
            Assert.Equal("Digital Signature, Key Encipherment", After(text, "X509v3 Key Usage: critical"));
            Assert.Equal("CA:FALSE", After(text, "X509v3 Basic Constraints: critical"));
            Assert.Contains("prime256v1", text, StringComparison.Ordinal);
            Assert.Equal(reported.NotBefore, Date(text, "Not Before:"));
            Assert.Equal(reported.NotAfter, Date(text, "Not After :"));
            if (hasNames)
            {
                Assert.Equal(
                    $"DNS:{host.Name}, DNS:localhost, IP Address:{host.Address}, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1".Split(", ").Order(),
                    After(text, "X509v3 Subject Alternative Name:").Split(", ").Order());
            }
            else
            {
                Assert.DoesNotContain("Subject Alternative Name", text, StringComparison.Ordinal);
            }
        });
    }

    [LabFact]
    public void Every_file_passes_the_module_s_own_check()
    {
        Assert.Equal(Hosts.Count, Cluster.Built.Checks.Select(c => c.Member.Name).Distinct().Count());
        Assert.All(Cluster.Built.Checks, c => Assert.True(c.Passed, $"{c.HostName} {c.Path}: {string.Join(", ", c.Finding)}"));
        Assert.Equal([true], Run<bool>("$topology | Test-EtcdMemberFiles -StagingPath $staging -Quiet"));
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    // The line after a heading.
    private static string After(string text, string heading)
    {
        string[] lines = [.. text.Split('\n').Select(l => l.Trim())];
        return lines[Array.IndexOf(lines, heading) + 1];
    }

    // openssl: Nov  3 23:02:24 2026 GMT.
    private static DateTimeOffset Date(string text, string start) => DateTimeOffset.ParseExact(
        text.Split('\n').Select(l => l.Trim()).Single(l => l.StartsWith(start, StringComparison.Ordinal))[start.Length..],
        "MMM d HH:mm:ss yyyy 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal);
}
