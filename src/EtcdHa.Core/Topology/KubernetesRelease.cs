using System.Collections.Immutable;

namespace EtcdHa.Core.Topology;

/// <summary>What kubeadm of one Kubernetes minor does that another does not.</summary>
public sealed record KubernetesRelease
{
    /// <summary>The minor, such as 36 of 1.36.</summary>
    public required int Minor { get; init; }

    /// <summary>The newest patch whose etcd image is known; later ones are assumed alike.</summary>
    public required int CheckedPatch { get; init; }

    /// <summary>etcd image tags by the patch from which they hold, ascending, the first from 0.</summary>
    public required ImmutableArray<(int FromPatch, string Tag)> EtcdTags { get; init; }

    /// <summary>The first patch whose images come from registry.k8s.io; null: all come from k8s.gcr.io.</summary>
    public required int? RegistryFromPatch { get; init; }

    /// <summary>Tag of the pause image.</summary>
    public required string PauseTag { get; init; }

    /// <summary>CoreDNS image tags by the patch from which they hold.</summary>
    public required ImmutableArray<(int FromPatch, string Tag)> CoreDnsTags { get; init; }

    /// <summary>kubeadm API versions this kubeadm reads, oldest first.</summary>
    public required ImmutableArray<string> ApiVersions { get; init; }

    /// <summary>How etcd's initial corruption check and watch progress flags are named.</summary>
    public required EtcdFlagNames FlagNames { get; init; }

    /// <summary>True (1.34 and newer): <c>encryptionAlgorithm: ECDSA-P384</c> is known.</summary>
    public required bool KnowsEcdsaP384 { get; init; }

    /// <summary>Manifest shapes by the patch from which they hold.</summary>
    internal ImmutableArray<(int FromPatch, EtcdManifestShape Shape)> Shapes { get; init; } = [];

    /// <summary>The newest version of this minor that is known.</summary>
    public KubernetesVersion Newest => new(1, Minor, CheckedPatch);

    /// <summary>The etcd image tag kubeadm has for a patch of this minor.</summary>
    /// <param name="patch">Patch level.</param>
    public string EtcdTag(int patch) => EtcdTags.At(patch);

    /// <summary>kubeadm's default image repository at a patch of this minor.</summary>
    /// <param name="patch">Patch level.</param>
    public string ImageRepository(int patch) => patch >= RegistryFromPatch ? EtcdTopology.DefaultImageRepository : KubeadmImages.OldRepository;

    /// <summary><c>1.36</c>.</summary>
    public override string ToString() => $"1.{Minor}";
}

/// <summary>Names of the flags that etcd 3.6 renamed and 3.7 dropped under their old names.</summary>
public enum EtcdFlagNames
{
    /// <summary><c>experimental-initial-corrupt-check</c> and <c>experimental-watch-progress-notify-interval</c>.</summary>
    Experimental,

    /// <summary>The new names if the image tag is a semantic version of at least 3.6.0, else the experimental ones.</summary>
    ByImageTag,

    /// <summary><c>feature-gates=InitialCorruptCheck=true</c> and <c>watch-progress-notify-interval</c>, whatever the image.</summary>
    Current,
}
