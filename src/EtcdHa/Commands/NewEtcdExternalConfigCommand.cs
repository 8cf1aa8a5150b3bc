using System.Management.Automation;
using EtcdHa.Completion;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Writes the part of a control plane's kubeadm configuration that names this etcd, etcd.external.</summary>
/// <remarks>
/// <para>The document holds every member's client URL and the places, on the control-plane host, of etcd's CA certificate and of the API server's client
/// certificate and key. Add controlPlaneEndpoint and the rest of the control plane's own settings to it.</para>
/// </remarks>
/// <example>
/// <summary>Write the file</summary>
/// <code>$topology | New-EtcdExternalConfig ./kubeadm-config.yaml</code>
/// <para>Writes a document for kubeadm init --config on the first control-plane host.</para>
/// </example>
/// <example>
/// <summary>Look at the text</summary>
/// <code>($topology | New-EtcdExternalConfig -KubernetesVersion v1.34.9 -ApiVersion v1beta3).Content</code>
/// <para>Writes no file; the control plane may be of another Kubernetes version than etcd's manifests.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdExternalConfig", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdExternalConfig))]
public sealed class NewEtcdExternalConfigCommand : PSCmdlet
{
    private readonly List<EtcdTopology> _seen = [];

    /// <summary>The topology, or the result of any earlier step, which carries it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public EtcdTopology Topology { get; set; } = null!;

    /// <summary>The file, taken literally. Without it no file is written and the text is in the result's Content.</summary>
    [Parameter(Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "no file")]
    public string? Path { get; set; }

    /// <summary>The control plane's Kubernetes version. Default: the topology's.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KubernetesVersionCompleter))]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the topology's")]
    public string? KubernetesVersion { get; set; }

    /// <summary>kubeadm API version, v1beta3 or v1beta4. Default: the newest that kubeadm of the Kubernetes version reads.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KubeadmApiVersionCompleter))]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the newest that kubeadm of the version reads")]
    public string? ApiVersion { get; set; }

    /// <summary>etcd's CA certificate on the control-plane host.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string CaFile { get; set; } = ExternalConfigWriter.DefaultCaFile;

    /// <summary>The API server's client certificate on the control-plane host.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string CertFile { get; set; } = ExternalConfigWriter.DefaultCertFile;

    /// <summary>The client certificate's key on the control-plane host.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string KeyFile { get; set; } = ExternalConfigWriter.DefaultKeyFile;

    /// <summary>Replaces a file that is there and differs.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Results of an earlier step arrive one a member: each cluster is written once.
        if (_seen.Exists(t => StagedTopology.AreEqual(t, Topology)))
        {
            return;
        }

        _seen.Add(Topology);
        try
        {
            EtcdExternalConfig config = ExternalConfigWriter.Write(Topology, KubernetesVersion ?? Topology.KubernetesVersion, ApiVersion, CaFile, CertFile, KeyFile);
            if (Path is null)
            {
                WriteObject(config);
                return;
            }

            string file = FilePaths.New(this, Path);
            if (ShouldProcess(file, "Write etcd.external"))
            {
                EtcdChange status = TopologyStore.Export(config.Content, file, Force);
                WriteVerbose($"{file}: {status}");
                WriteObject(config with { Path = file, Status = status });
            }
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Topology));
        }
    }
}
