using System.Management.Automation;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Removes the private keys that a staging folder holds, or everything EtcdHa wrote there.</summary>
/// <remarks>
/// <para>By default the members' private keys and the CA's key go, and certificates and configurations stay, so that Test-EtcdMemberFiles can still compare.
/// The CA's key cannot be made again: keep it (-KeepCaKey), or a copy on the first host or in a safe, if certificates are to be renewed later.</para>
/// <para>-All removes the configurations, certificates and topology too. Files EtcdHa did not write stay.</para>
/// </remarks>
/// <example>
/// <summary>Remove all private keys</summary>
/// <code>Remove-EtcdStaging ./staging</code>
/// <para>Asks, then removes all private keys.</para>
/// </example>
/// <example>
/// <summary>Keep the key of the CA</summary>
/// <code>Remove-EtcdStaging ./staging -KeepCaKey -Confirm:$false</code>
/// <para>Removes the members' keys without asking.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "EtcdStaging", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = KeysOnly)]
[OutputType(typeof(string))]
public sealed class RemoveEtcdStagingCommand : PSCmdlet
{
    private const string KeysOnly = "Keys";
    private const string Everything = "All";

    private readonly List<(string Path, string Given)> _folders = [];

    /// <summary>The staging folder.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string StagingPath { get; set; } = "";

    /// <summary>Keeps the CA's key.</summary>
    [Parameter(ParameterSetName = KeysOnly)]
    public SwitchParameter KeepCaKey { get; set; }

    /// <summary>Removes everything EtcdHa wrote, not only keys.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Everything)]
    public SwitchParameter All { get; set; }

    /// <summary>Writes the path of every removed file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            // Results of an earlier step arrive one a member, and the step may still be reading the folder for the next one.
            string path = FilePaths.New(this, StagingPath);
            if (!_folders.Exists(f => f.Path == path))
            {
                _folders.Add((path, StagingPath));
            }
        }
        catch (EtcdHaException e)
        {
            WriteError(ErrorRecords.From(e, StagingPath));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string effect = All ? "Remove configurations, certificates and private keys" : KeepCaKey ? "Remove the members' private keys" : "Remove all private keys, with the CA's";
        foreach ((string path, string given) in _folders)
        {
            try
            {
                // A path that is not there is an error: keys believed removed would lie elsewhere.
                FilePaths.Existing(this, given, literal: true);
                if (ShouldProcess(path, effect))
                {
                    Remove(new StagingFolder(path));
                }
            }
            catch (EtcdHaException e)
            {
                WriteError(ErrorRecords.From(e, given));
            }
        }
    }

    private void Remove(StagingFolder folder)
    {
        IReadOnlyList<string> removed = All ? RemoveAll(folder) : folder.RemoveKeys(KeepCaKey);
        foreach (string file in removed)
        {
            WriteVerbose($"{file}: {EtcdChange.Removed}");
        }

        WriteObject(PassThru ? removed : [], enumerateCollection: true);
    }

    private IReadOnlyList<string> RemoveAll(StagingFolder folder)
    {
        StagingRemoval removal = folder.Remove();
        if (removal.Remaining.Count > 0)
        {
            WriteWarning($"Not written by EtcdHa and left alone: {string.Join(", ", removal.Remaining)}");
        }

        return removal.Removed;
    }
}
