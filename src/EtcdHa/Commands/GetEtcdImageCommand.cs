using System.Management.Automation;
using EtcdHa.Completion;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>Gets the etcd image of a topology or a Kubernetes version, as kubeadm config images list prints it.</summary>
/// <remarks>
/// <para>Nothing is contacted: repository and tag come from the table of Kubernetes versions 1.13 to 1.36, by minor and patch. Use it to pull or mirror the image before the hosts
/// need it.</para>
/// <para>-All gives the whole list of the version, in kubeadm's order: the control plane's images, CoreDNS, pause and etcd.</para>
/// </remarks>
/// <example>
/// <summary>The image of a topology</summary>
/// <code>($topology | Get-EtcdImage).Image</code>
/// <para>Gives, for example, registry.k8s.io/etcd:3.6.8-0.</para>
/// </example>
/// <example>
/// <summary>All images of a version, from a mirror</summary>
/// <code>Get-EtcdImage -KubernetesVersion v1.33.13 -ImageRepository registry.example.com/k8s -All | ForEach-Object Image</code>
/// <para>Prints what kubeadm config images list --kubernetes-version v1.33.13 --image-repository registry.example.com/k8s prints.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdImage", DefaultParameterSetName = ByVersion)]
[OutputType(typeof(EtcdContainerImage))]
public sealed class GetEtcdImageCommand : PSCmdlet
{
    private const string ByTopology = "Topology";
    private const string ByVersion = "KubernetesVersion";

    // The results of a step carry one topology, one a member.
    private readonly HashSet<EtcdTopology> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>The topology, or the result of any step, which carries it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByTopology)]
    [ValidateNotNull]
    public EtcdTopology Topology { get; set; } = null!;

    /// <summary>Kubernetes versions, vX.Y.Z. Default: the newest EtcdHa knows.</summary>
    [Parameter(Position = 0, ParameterSetName = ByVersion)]
    [ArgumentCompleter(typeof(KubernetesVersionCompleter))]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the newest known")]
    public string[]? KubernetesVersion { get; set; }

    /// <summary>The cluster's image repository, kubeadm's --image-repository; a topology's own repository of etcd wins over it. Default: kubeadm's for the version.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "registry.k8s.io; k8s.gcr.io before 1.25")]
    public string? ImageRepository { get; set; }

    /// <summary>Gives all images of the version, not only etcd's.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ByTopology)
        {
            if (_seen.Add(Topology))
            {
                Write(Topology, Topology);
            }

            return;
        }

        foreach (string version in KubernetesVersion ?? [KubernetesReleases.NewestVersion])
        {
            Write(new EtcdTopology { Members = [], KubernetesVersion = version }, version);
        }
    }

    private void Write(EtcdTopology topology, object target)
    {
        try
        {
            if (All)
            {
                WriteObject(KubeadmImages.All(topology, ImageRepository), enumerateCollection: true);
            }
            else
            {
                WriteObject(KubeadmImages.Etcd(topology, ImageRepository));
            }
        }
        catch (EtcdHaException e)
        {
            // The other versions can still be looked up.
            WriteError(ErrorRecords.From(e, target));
        }
    }
}
