namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// The fields of kubeadm's types by API version (K: apis/kubeadm/v1beta1 … v1beta4/types.go). Those that say nothing about etcd are
/// known too, so that a misspelt one is told from one that is only of no use here.
/// </summary>
internal sealed record KubeadmFields(string ApiVersion)
{
    private static readonly string[] TypeMeta = ["apiVersion", "kind"];

    private bool IsV1Beta4 => ApiVersion == "v1beta4";

    private bool SinceV1Beta2 => ApiVersion is not "v1beta1";

    private bool SinceV1Beta3 => ApiVersion is "v1beta3" or "v1beta4";

    /// <summary>The document with the node's name and address.</summary>
    public IReadOnlyList<string> InitConfiguration =>
    [
        .. TypeMeta, "bootstrapTokens", "nodeRegistration", "localAPIEndpoint",
        .. When(SinceV1Beta2, "certificateKey"),
        .. When(SinceV1Beta3, "skipPhases", "patches"),
        .. When(IsV1Beta4, "dryRun", "timeouts"),
    ];

    /// <summary>The document with <c>etcd</c>.</summary>
    public IReadOnlyList<string> ClusterConfiguration =>
    [
        .. TypeMeta, "etcd", "networking", "kubernetesVersion", "controlPlaneEndpoint", "apiServer", "controllerManager", "scheduler",
        "dns", "certificatesDir", "imageRepository", "featureGates", "clusterName",
        .. When(!SinceV1Beta3, "useHyperKubeImage"),
        .. When(IsV1Beta4, "proxy", "encryptionAlgorithm", "certificateValidityPeriod", "caCertificateValidityPeriod"),
    ];

    public IReadOnlyList<string> NodeRegistration =>
    [
        "name", "criSocket", "taints", "kubeletExtraArgs",
        .. When(SinceV1Beta2, "ignorePreflightErrors"),
        .. When(SinceV1Beta3, "imagePullPolicy"),
        .. When(IsV1Beta4, "imagePullSerial"),
    ];

    public IReadOnlyList<string> LocalApiEndpoint { get; } = ["advertiseAddress", "bindPort"];

    public IReadOnlyList<string> Timeouts { get; } =
    [
        "controlPlaneComponentHealthCheck", "kubeletHealthCheck", "kubernetesAPICall", "etcdAPICall", "tlsBootstrap", "discovery",
        "upgradeManifests",
    ];

    public IReadOnlyList<string> ApiServer =>
    [
        "extraArgs", "extraVolumes", "certSANs",
        .. When(!IsV1Beta4, "timeoutForControlPlane"),
        .. When(IsV1Beta4, "extraEnvs"),
    ];

    public IReadOnlyList<string> Etcd { get; } = ["local", "external"];

    public IReadOnlyList<string> LocalEtcd =>
    [
        "imageRepository", "imageTag", "dataDir", "extraArgs", "serverCertSANs", "peerCertSANs", .. When(IsV1Beta4, "extraEnvs"),
    ];

    private static string[] When(bool condition, params string[] fields) => condition ? fields : [];
}
