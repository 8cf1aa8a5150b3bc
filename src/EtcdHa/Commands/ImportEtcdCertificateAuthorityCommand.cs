using System.Management.Automation;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Takes a certificate authority of your own into the staging folder, after checking it.</summary>
/// <remarks>
/// <para>The certificate must be a CA that may sign certificates, in date, with an RSA or ECDSA key, and the key must belong to it. kubeadm checks none of this.
/// Without -KeyPath the authority is an external one: certificates then come signed from elsewhere.</para>
/// </remarks>
/// <example>
/// <summary>Bring your own CA</summary>
/// <code>Import-EtcdCertificateAuthority -CertificatePath ./ca.crt -KeyPath ./ca.key -StagingPath ./staging</code>
/// <para>The files are copied; the originals stay.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdCertificateAuthority", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificateAuthority))]
public sealed class ImportEtcdCertificateAuthorityCommand : PSCmdlet
{
    private readonly HashSet<string> _seen = [];

    /// <summary>The CA's certificate, PEM.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Path", "CaPath")]
    [ValidateNotNullOrEmpty]
    public string CertificatePath { get; set; } = "";

    /// <summary>The CA's private key, PEM: PKCS#1, SEC1 or PKCS#8, not encrypted.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The staging folder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string StagingPath { get; set; } = MemberCommand.DefaultStagingPath;

    /// <summary>The topology, to be carried on to the next cmdlet.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public EtcdTopology? Topology { get; set; }

    /// <summary>Replaces another authority that the staging folder holds.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            string staging = FilePaths.New(this, StagingPath);
            string certificate = FilePaths.New(this, CertificatePath);

            // Results of an earlier step arrive one a member; the authority is the folder's.
            if (_seen.Add(staging) && ShouldProcess(staging, $"Import the certificate authority {certificate}"))
            {
                EtcdCertificateAuthority authority = new StagingFolder(staging).ImportAuthority(
                    certificate, KeyPath is null ? null : FilePaths.New(this, KeyPath), DateTimeOffset.UtcNow, Force);
                WriteVerbose($"{authority.Path}: {authority.Status}");
                WriteObject(authority with { Topology = Topology });
            }
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, CertificatePath));
        }
    }
}
