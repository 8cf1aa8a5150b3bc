using System.Management.Automation;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Reads a topology file.</summary>
/// <remarks>
/// <para>The file is YAML; etcd-topology.schema.json beside it lets editors check and complete it. A field that is unknown, misspelt, given twice or of the
/// wrong type is an error with line and column. The topology is checked as by New-EtcdTopology. Relative paths in it are relative to the file.</para>
/// </remarks>
/// <example>
/// <summary>Read one file</summary>
/// <code>$topology = Import-EtcdTopology ./etcd.yaml</code>
/// <para>Reads one file.</para>
/// </example>
/// <example>
/// <summary>Look at many clusters of one CA</summary>
/// <code>Import-EtcdTopology ./clusters/*.yaml | Test-EtcdClusterHealth -CaPath ./ca.crt -CertificatePath ./client.crt -KeyPath ./client.key</code>
/// <para>The health of every cluster of a folder, all of one CA. Clusters with their own CAs are asked one by one, each with its -StagingPath.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdTopology", DefaultParameterSetName = ByPath)]
[OutputType(typeof(EtcdTopology))]
public sealed class ImportEtcdTopologyCommand : PSCmdlet
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    /// <summary>Topology files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByPath)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Topology files, taken literally.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByLiteralPath)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == ByLiteralPath;
        foreach (string path in literal ? LiteralPath : Path)
        {
            try
            {
                FilePaths.Existing(this, path, literal).ToList().ForEach(Import);
            }
            catch (EtcdHaException e)
            {
                WriteError(ErrorRecords.From(e, path));
            }
        }
    }

    private void Import(string file)
    {
        try
        {
            ValidatedTopology validated = TopologyRules.Validate(TopologyStore.Load(file));
            foreach (string warning in validated.Warnings)
            {
                WriteWarning($"{file}: {warning}");
            }

            WriteObject(validated.Topology);
        }
        catch (EtcdHaException e)
        {
            WriteError(ErrorRecords.From(e, file, file));
        }
    }
}
