using System.Management.Automation;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Writes a topology to a YAML file that an operator can read, change and keep in git.</summary>
/// <remarks>
/// <para>UTF-8 without byte order mark, LF, fixed order of keys, only what differs from the defaults: the same topology gives the same bytes. The file holds no
/// secret. etcd-topology.schema.json is written beside it for editors, unless -NoSchema is given.</para>
/// </remarks>
/// <example>
/// <summary>Write a topology file</summary>
/// <code>$topology | Export-EtcdTopology ./etcd.yaml</code>
/// <para>Writes the file; -Force replaces one that is there and differs.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdTopology", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEtcdTopologyCommand : PSCmdlet
{
    /// <summary>The topology.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public EtcdTopology Topology { get; set; } = null!;

    /// <summary>The file, taken literally.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Writes no schema beside the file.</summary>
    [Parameter]
    public SwitchParameter NoSchema { get; set; }

    /// <summary>Replaces a file that is there and differs.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the file object to the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            string file = FilePaths.New(this, Path);
            if (!ShouldProcess(file, "Write the topology"))
            {
                return;
            }

            if (TopologySecrets.AreIn(Topology))
            {
                WriteWarning($"{file}: passwords and passphrases of SSH targets are not written; give them again with -Credential, -SudoPassword or -KeyPassphrase.");
            }

            TopologyStore.Export(Topology, file, withSchema: !NoSchema, Force);
            WriteVerbose($"{file}: written");
            if (PassThru)
            {
                WriteObject(new FileInfo(file));
            }
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Path));
        }
    }
}
