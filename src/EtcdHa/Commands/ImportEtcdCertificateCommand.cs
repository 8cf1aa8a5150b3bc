using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Takes certificates that a CA elsewhere signed for the requests of New-EtcdCertificateRequest into the staging folder, after checking them.</summary>
/// <remarks>
/// <para>The files are PEM, of any name, with one certificate or several: each belongs to the request that has its key. It must be signed by the staging
/// folder's CA (Import-EtcdCertificateAuthority, without its key), have the names and extended key usages the topology asks for, and be in date; one that
/// is not is an error that says every difference, and nothing of its file is taken.</para>
/// <para>A member whose four certificates are there gives an EtcdCertificateSet, as New-EtcdCertificateSet does, for the next step. Of a member that still
/// lacks some, the certificates that were imported are given, with a warning that names the others.</para>
/// </remarks>
/// <example>
/// <summary>Take what was signed, and copy it to the hosts</summary>
/// <code>$topology | Import-EtcdCertificate -Path ./signed/*.crt | Copy-EtcdMemberFiles</code>
/// <para>No CA key is needed anywhere.</para>
/// </example>
/// <example>
/// <summary>Take files from the pipeline</summary>
/// <code>Get-ChildItem ./signed -Filter *.crt | Import-EtcdCertificate -Topology $topology</code>
/// <para>The same, with the files chosen by another command.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdCertificate", SupportsShouldProcess = true, DefaultParameterSetName = ByPath)]
[OutputType(typeof(EtcdCertificateSet), typeof(EtcdMemberCertificate))]
public sealed class ImportEtcdCertificateCommand : MemberCommand
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    private readonly List<string> _files = [];

    /// <summary>The topology, or the result of any earlier step, which carries it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public override EtcdTopology Topology { get; set; } = null!;

    /// <summary>Files with signed certificates, PEM; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files with signed certificates, taken literally.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByLiteralPath)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Replaces a certificate that is there and right by the one given.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Effect => "Import the member's certificates";

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override void Collect()
    {
        bool literal = ParameterSetName == ByLiteralPath;
        foreach (string path in literal ? LiteralPath : Path)
        {
            try
            {
                _files.AddRange(FilePaths.Existing(this, path, literal).Except(_files, StringComparer.Ordinal).ToArray());
            }
            catch (EtcdHaException e)
            {
                WriteError(ErrorRecords.From(e, path));
            }
        }
    }

    private protected override Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        foreach (IGrouping<string, MemberWork> folder in members.GroupBy(w => w.StagingPath))
        {
            Import(new StagingFolder(folder.Key), [.. folder], now, pipeline, cancellationToken);
        }

        return Task.CompletedTask;
    }

    private void Import(StagingFolder staging, IReadOnlyList<MemberWork> works, DateTimeOffset now, IPipeline pipeline, CancellationToken cancellationToken)
    {
        EtcdTopology topology = works[0].Topology;
        EtcdCertificateAuthority authority = staging.ReadAuthority(now);
        List<EtcdMemberCertificate> imported = [];
        foreach (string file in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                imported.AddRange(staging.ImportCertificates(topology, [.. works.Select(w => w.Member)], file, now, Force));
            }
            catch (EtcdHaException e)
            {
                pipeline.WriteError(ErrorRecords.From(e, file));
            }
        }

        foreach (EtcdMemberCertificate certificate in imported)
        {
            pipeline.WriteVerbose($"{certificate.Member}: {certificate.Path}: {certificate.Status}");
        }

        if (imported.Count > 0)
        {
            foreach (string warning in CertificateChecks.AuthorityWarnings(authority, imported.Max(c => c.NotAfter) - now, now))
            {
                pipeline.WriteWarning(warning);
            }
        }

        // In the topology's order, whatever the files are called.
        ILookup<EtcdMember, EtcdMemberCertificate> certificates = imported.ToLookup(c => c.Member);
        foreach (EtcdMember member in topology.Members.Where(certificates.Contains))
        {
            try
            {
                Write(staging, topology, member, [.. certificates[member]], now, pipeline);
            }
            catch (EtcdHaException e)
            {
                pipeline.WriteError(ErrorRecords.From(e, member));
            }
        }
    }

    private static void Write(
        StagingFolder staging, EtcdTopology topology, EtcdMember member, IReadOnlyList<EtcdMemberCertificate> imported, DateTimeOffset now, IPipeline pipeline)
    {
        if (staging.FindCertificateSet(topology, member, imported, now) is { } set)
        {
            pipeline.WriteObject(set);
            return;
        }

        pipeline.WriteWarning($"{member} still lacks certificates: {string.Join(", ", staging.MissingCertificates(member))}.");
        foreach (EtcdMemberCertificate certificate in imported)
        {
            pipeline.WriteObject(certificate);
        }
    }
}
