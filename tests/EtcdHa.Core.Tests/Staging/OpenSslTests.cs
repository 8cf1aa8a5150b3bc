using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Staging;

/// <summary>openssl as a second opinion on what we write.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(EtcdKeyAlgorithm.Rsa2048, "infra0")]
    [InlineData(EtcdKeyAlgorithm.EcdsaP256, "alg-ECDSA-P256")]
    public async Task Openssl_verifies_every_certificate_and_shows_it_as_it_shows_kubeadms(EtcdKeyAlgorithm algorithm, string golden)
    {
        await OpenSsl.RequireAsync();
        StagingFolder staging = new(_temporary["staging"]);
        EtcdTopology topology = Make.Topology(algorithm);
        EtcdMember member = topology.Members[0];
        await staging.EnsureAuthorityAsync(topology, DateTimeOffset.UtcNow, default);
        EtcdCertificateSet set = await staging.EnsureCertificateSetAsync(topology, member, DateTimeOffset.UtcNow, CertificateReplacement.None, default);

        foreach (EtcdCertificate certificate in set.Certificates)
        {
            bool isClient = !certificate.SubjectAlternativeName.Any();
            Assert.Equal($"{certificate.Path}: OK", await OpenSsl.RunAsync("verify", "-x509_strict", "-purpose", isClient ? "sslclient" : "sslserver", "-CAfile", staging.AuthorityCertificatePath, certificate.Path));
            Assert.Equal(await OpenSsl.RunAsync("x509", "-in", certificate.Path, "-noout", "-pubkey"), await OpenSsl.RunAsync("pkey", "-in", certificate.KeyPath!, "-pubout"));
            await AssertShownAlike($"{golden}/pki/{certificate.Name}.crt", certificate.Path);
        }

        await AssertShownAlike($"{golden}/pki/etcd/ca.crt", staging.AuthorityCertificatePath);
        Assert.Equal(await OpenSsl.RunAsync("x509", "-in", staging.AuthorityCertificatePath, "-noout", "-pubkey"), await OpenSsl.RunAsync("pkey", "-in", staging.AuthorityKeyPath, "-pubout"));
    }

    private static async Task AssertShownAlike(string golden, string ours)
    {
        string[] options = ["-noout", "-text", "-certopt", "no_serial,no_validity,no_pubkey,no_sigdump"];
        Assert.Equal(
            WithoutIdentifiers(await OpenSsl.RunAsync(["x509", "-in", Golden.PathOf("kubeadm-1.36.3/" + golden), .. options])),
            WithoutIdentifiers(await OpenSsl.RunAsync(["x509", "-in", ours, .. options])));
    }

    private static string WithoutIdentifiers(string? text)
        => System.Text.RegularExpressions.Regex.Replace(text!, "([0-9A-F]{2}:){19}[0-9A-F]{2}", "<identifier>");
}
