namespace EtcdHa;

/// <summary>In what a cluster differs from its topology.</summary>
public enum EtcdDifferenceKind
{
    /// <summary>A file or directory is not there, or its content is another one.</summary>
    File,

    /// <summary>Owner and group of a file or directory.</summary>
    Owner,

    /// <summary>Mode of a file or directory.</summary>
    Mode,

    /// <summary>What a certificate says, who signed it, or that it has ended.</summary>
    Certificate,

    /// <summary>A private key that is not its certificate's.</summary>
    Key,

    /// <summary>A file that is not of the page's lists: in the certificates directory, or in the manifest folder, where the kubelet runs it.</summary>
    ForeignFile,

    /// <summary>The kubelet's unit: it does not run, or not with its configuration.</summary>
    Kubelet,

    /// <summary>A flag of etcd in the static pod manifest.</summary>
    ManifestFlag,

    /// <summary>Anything else in the static pod manifest.</summary>
    Manifest,

    /// <summary>The image: another one in the manifest, or the same tag with another digest than on the other hosts.</summary>
    Image,

    /// <summary>The etcd process: it does not run, or with other flags than the topology's manifest has.</summary>
    Process,

    /// <summary>The running cluster: its members, their names, peer URLs and IDs, or that one does not answer.</summary>
    Membership,
}
