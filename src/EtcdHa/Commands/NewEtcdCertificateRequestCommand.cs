using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>Makes the private keys of every member's four leaf certificates, and requests to have them signed by a CA whose key is elsewhere.</summary>
/// <remarks>
/// <para>Beside the place of each certificate in the member's staging folder a .csr (PKCS#10) is written, with the subject, names and key usages kubeadm
/// would give the certificate. Private keys stay in the staging folder. Import-EtcdCertificate takes what the CA signed; Import-EtcdCertificateAuthority
/// without -KeyPath takes the CA's own certificate, before or after.</para>
/// <para>Keys and requests that are right are kept. One that is not (other SANs than the topology asks for, a key missing or another request's) is an
/// error that names the file and every difference; -Force makes it anew, with a new key, and removes the certificate of the old one.</para>
/// </remarks>
/// <example>
/// <summary>Make requests and sign them with openssl</summary>
/// <code>$topology | New-EtcdCertificateRequest | ForEach-Object { openssl x509 -req -in $_.Path -CA ./ca.crt -CAkey ./ca.key -days 365 -copy_extensions copy -out "./signed/$($_.Member.Name)-$($_.Name -replace '/', '-').crt" }</code>
/// <para>Whoever holds the CA's key runs the second half; only the .csr files go there.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdCertificateRequest", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificateRequest))]
public sealed class NewEtcdCertificateRequestCommand : MemberCommand
{
    /// <summary>Makes keys and requests that are not right anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Effect => "Make the member's keys and certificate requests";

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        CertificateReplacement replacement = Force ? CertificateReplacement.Wrong : CertificateReplacement.None;
        foreach ((MemberWork work, Task<IReadOnlyList<EtcdCertificateRequest>> making) in members
            .Select(w => (w, new StagingFolder(w.StagingPath).EnsureCertificateRequestsAsync(w.Topology, w.Member, replacement, cancellationToken))).ToArray())
        {
            try
            {
                foreach (EtcdCertificateRequest request in await making.ConfigureAwait(false))
                {
                    pipeline.WriteVerbose($"{work.Member}: {request.Path}: {request.Status}");
                    pipeline.WriteObject(request);
                }
            }
            catch (EtcdHaException e)
            {
                pipeline.WriteError(ErrorRecords.From(e, work.Member));
            }
        }
    }
}
