using System.Management.Automation;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Shows what is known of a cluster's members before it exists: their IDs and the cluster's, their URLs, their image.</summary>
/// <remarks>
/// <para>etcd hashes a member's peer URLs and the initial-cluster-token into its ID, and the members' IDs into the cluster's, so that both can be compared with what etcdctl, a log
/// or Test-EtcdClusterHealth says. A cluster keeps the ID of its founding; a member that is added later has an ID nobody can compute.</para>
/// <para>The topology is a topology from the pipeline, a file, or, by default, the one the staging folder belongs to. A topology whose token is still to be made
/// has no IDs yet; the staging folder's token is taken where there is one. Each row binds to every other cmdlet.</para>
/// </remarks>
/// <example>
/// <summary>IDs of a staging folder's cluster</summary>
/// <code>Get-EtcdTopology</code>
/// <para>One row a member of the cluster that ./etcd-staging belongs to.</para>
/// </example>
/// <example>
/// <summary>Go on with a cluster when only its staging folder is left</summary>
/// <code>Get-EtcdTopology -StagingPath ./staging | Test-EtcdClusterHealth</code>
/// <para>The health of every member.</para>
/// </example>
/// <example>
/// <summary>IDs of a topology file</summary>
/// <code>Get-EtcdTopology -Path ./etcd.yaml | Select-Object Member, MemberId, ClusterId</code>
/// <para>Reads and checks the file.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdTopology", DefaultParameterSetName = OfStaging)]
[OutputType(typeof(EtcdMemberIdentity))]
public sealed class GetEtcdTopologyCommand : PSCmdlet
{
    private const string OfStaging = "Staging";
    private const string OfTopology = "Topology";
    private const string OfPath = "Path";

    private readonly HashSet<(EtcdTopology, string)> _shown = [];

    /// <summary>The topology, or the result of any earlier step, which carries it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = OfTopology)]
    [ValidateNotNull]
    public EtcdTopology Topology { get; set; } = null!;

    /// <summary>Topology files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfPath)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The staging folder: its topology is shown, or its token taken for the one given. Default: etcd-staging in the current location.</summary>
    [Parameter(ParameterSetName = OfStaging)]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = OfTopology)]
    [Parameter(ParameterSetName = OfPath)]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "etcd-staging")]
    public string? StagingPath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string staging = StagingPath ?? MemberCommand.DefaultStagingPath;
        if (ParameterSetName != OfPath)
        {
            Try(staging, () => Show(ParameterSetName == OfTopology ? Topology : StagedTopology.Read(FilePaths.New(this, staging)), FilePaths.New(this, staging)));
            return;
        }

        foreach (string path in Path)
        {
            Try(path, () =>
            {
                foreach (string file in FilePaths.Existing(this, path, literal: false))
                {
                    Try(file, () => Show(TopologyRules.Validate(TopologyStore.Load(file)).Topology, FilePaths.New(this, staging)));
                }
            });
        }
    }

    // One that cannot be read is an error of its own; the others are shown.
    private void Try(string target, Action show)
    {
        try
        {
            show();
        }
        catch (EtcdHaException e)
        {
            WriteError(ErrorRecords.From(e, target));
        }
    }

    private void Show(EtcdTopology given, string staging)
    {
        // Results of an earlier step come one a member.
        if (!_shown.Add((given, staging)))
        {
            return;
        }

        EtcdTopology topology = StagedTopology.Resolve(given, staging);
        if (!EtcdIds.AreKnown(topology))
        {
            WriteWarning($"The topology of {topology} has no initial-cluster-token yet, so there are no IDs: New-EtcdKubeadmConfig makes one.");
        }

        WriteObject(MemberIdentities.Of(topology, staging), enumerateCollection: true);
    }
}
