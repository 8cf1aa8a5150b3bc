using System.Management.Automation;
using EtcdHa.Completion;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Makes a topology of the kubeadm configuration files of a cluster's members.</summary>
/// <remarks>
/// <para>Reads v1beta1, v1beta2, v1beta3 and v1beta4, one file a member, all of them or some: one file names every member in initial-cluster. All files
/// given are of one cluster and become one topology.</para>
/// <para>A field that is unknown, misspelt or given twice is an error with line and column, where kubeadm only warns and makes certificates without
/// the SANs. Files that contradict each other, and what a topology cannot say, are errors that name the files. Fields and documents that say nothing
/// about etcd are named in a warning and left out. How the hosts are reached is not in the files: export the topology and add it there.</para>
/// </remarks>
/// <example>
/// <summary>Take over the page's files</summary>
/// <code>$topology = Import-EtcdKubeadmConfig /tmp/*/kubeadmcfg.yaml</code>
/// <para>Reads the files that the documented page's script wrote for its hosts.</para>
/// </example>
/// <example>
/// <summary>Bring a configuration to a newer Kubernetes</summary>
/// <code>Import-EtcdKubeadmConfig ./old.yaml -KubernetesVersion v1.36.3 | New-EtcdKubeadmConfig -StagingPath ./new</code>
/// <para>Writes the configuration anew, in an API version that kubeadm of that Kubernetes reads.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdKubeadmConfig", DefaultParameterSetName = ByPath)]
[OutputType(typeof(EtcdTopology))]
public sealed class ImportEtcdKubeadmConfigCommand : PSCmdlet
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    private readonly List<string> _files = [];

    /// <summary>Configuration files of one cluster's members; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByPath)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Configuration files of one cluster's members, taken literally.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByLiteralPath)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Kubernetes version, vX.Y.Z, in place of the files' own. Needed when they name none, or only a label such as stable.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KubernetesVersionCompleter))]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the files' own")]
    public string? KubernetesVersion { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == ByLiteralPath;
        foreach (string path in literal ? LiteralPath : Path)
        {
            try
            {
                _files.AddRange(FilePaths.Existing(this, path, literal));
            }
            catch (EtcdHaException e)
            {
                // A file less is a member less: nothing is made of the rest.
                ThrowTerminatingError(ErrorRecords.From(e, path));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_files.Count == 0)
        {
            return;
        }

        try
        {
            ValidatedTopology validated = KubeadmConfigImport.Read([.. _files.Distinct().Select(TopologyStore.LoadKubeadmConfig)], KubernetesVersion);
            foreach (string warning in validated.Warnings)
            {
                WriteWarning(warning);
            }

            WriteObject(validated.Topology);
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, _files));
        }
    }
}
