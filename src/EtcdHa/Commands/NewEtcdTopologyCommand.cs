using System.Management.Automation;
using System.Security.Cryptography;
using EtcdHa.Completion;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Makes a topology, the whole cluster as wanted, of its members.</summary>
/// <remarks>
/// <para>Everything is checked here, before anything is touched: names, addresses, ports, versions, SANs, validity.</para>
/// <para>The initial-cluster-token is unique per build unless one is given: two builds on the same addresses with the same token have the
/// same member and cluster IDs, and a data directory left from the first would join the second. The staging folder keeps the token, so
/// that the same script run again writes the same bytes. -NoInitialClusterToken leaves it out, as kubeadm's page does.</para>
/// </remarks>
/// <example>
/// <summary>Three hosts</summary>
/// <code>$topology = 6..8 | ForEach-Object { New-EtcdMember "infra$($_ - 6)" "10.0.0.$_" } | New-EtcdTopology -KubernetesVersion v1.36.3 -SshUser ubuntu</code>
/// <para>The documented page's three hosts.</para>
/// </example>
/// <example>
/// <summary>Keep the topology in a file</summary>
/// <code>$members | New-EtcdTopology -KeyAlgorithm ECDSA-P256 | Export-EtcdTopology ./etcd.yaml</code>
/// <para>Keeps the topology in a file that an operator can read, change and keep in git.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdTopology", DefaultParameterSetName = UniqueToken)]
[OutputType(typeof(EtcdTopology))]
public sealed class NewEtcdTopologyCommand : PSCmdlet
{
    private const string UniqueToken = "UniqueToken";
    private const string GivenToken = "GivenToken";
    private const string WithoutToken = "WithoutToken";

    private readonly List<EtcdMember> _members = [];

    /// <summary>The members, in the order of initial-cluster; the first is the page's HOST0, which gets the CA's key.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public EtcdMember[] Member { get; set; } = [];

    /// <summary>Kubernetes version, vX.Y.Z: it chooses etcd's image, flags and manifest. Default: the newest EtcdHa knows.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KubernetesVersionCompleter))]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the newest known")]
    public string? KubernetesVersion { get; set; }

    /// <summary>kubeadm API version of the configuration files. Default: the newest that kubeadm of the Kubernetes version reads.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KubeadmApiVersionCompleter))]
    [PSDefaultValue(Help = "the newest that kubeadm of the version reads")]
    public string? KubeadmApiVersion { get; set; }

    /// <summary>Image repository; the image is repository/etcd:tag. Default: kubeadm's, registry.k8s.io.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "registry.k8s.io")]
    public string? ImageRepository { get; set; }

    /// <summary>etcd image tag, taken literally. Default: the tag kubeadm has for the Kubernetes version.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "kubeadm's for the version")]
    public string? ImageTag { get; set; }

    /// <summary>etcd's data directory on the hosts.</summary>
    [Parameter]
    [Alias("DataDir")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = EtcdTopology.DefaultDataDirectory;

    /// <summary>Certificates directory on the hosts.</summary>
    [Parameter]
    [Alias("CertificatesDir", "CertDir")]
    [ValidateNotNullOrEmpty]
    public string CertificatesDirectory { get; set; } = EtcdTopology.DefaultCertificatesDirectory;

    /// <summary>Client port of members that name none.</summary>
    [Parameter]
    public int ClientPort { get; set; } = 2379;

    /// <summary>Peer port of members that name none.</summary>
    [Parameter]
    public int PeerPort { get; set; } = 2380;

    /// <summary>Metrics and probe port, on loopback, of members that name none.</summary>
    [Parameter]
    public int MetricsPort { get; set; } = 2381;

    /// <summary>Key algorithm of all certificates: RSA-2048 (kubeadm's default), RSA-3072, RSA-4096, ECDSA-P256, or ECDSA-P384 (kubeadm 1.34 and newer).</summary>
    [Parameter]
    [Alias("EncryptionAlgorithm")]
    [KeyAlgorithmTransformation]
    public EtcdKeyAlgorithm KeyAlgorithm { get; set; } = EtcdKeyAlgorithm.Rsa2048;

    /// <summary>Validity of the leaf certificates: a TimeSpan or a duration such as 8760h (the default).</summary>
    [Parameter]
    [Alias("CertificateValidityPeriod")]
    [DurationTransformation]
    public TimeSpan CertificateValidity { get; set; } = TimeSpan.FromHours(8760);

    /// <summary>Validity of the certificate authority: a TimeSpan or a duration such as 87600h (the default).</summary>
    [Parameter]
    [Alias("CaCertificateValidityPeriod")]
    [DurationTransformation]
    public TimeSpan CaCertificateValidity { get; set; } = TimeSpan.FromHours(87600);

    /// <summary>
    /// Time etcd may take to become healthy after its start before the kubelet starts it anew: a TimeSpan or a duration such as 4m (the
    /// default). kubeadm's timeouts.controlPlaneComponentHealthCheck, before v1beta4 apiServer.timeoutForControlPlane.
    /// </summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan HealthCheckTimeout { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>Extra etcd arguments, name=value without dashes, such as quota-backend-bytes=8589934592.</summary>
    [Parameter]
    public EtcdNameValue[] ExtraArg { get; set; } = [];

    /// <summary>
    /// Extra environment variables of the etcd container: NAME=value, or for a field of the pod
    /// @{ Name = 'POD_IP'; FieldPath = 'status.podIP' }. They need kubeadm's v1beta4.
    /// </summary>
    [Parameter]
    public EtcdEnvironmentVariable[] ExtraEnv { get; set; } = [];

    /// <summary>More subject alternative names of every server certificate.</summary>
    [Parameter]
    public string[] ServerCertSan { get; set; } = [];

    /// <summary>More subject alternative names of every peer certificate.</summary>
    [Parameter]
    public string[] PeerCertSan { get; set; } = [];

    /// <summary>The initial-cluster-token. Default: made up, unique per build.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GivenToken)]
    [ValidateNotNullOrEmpty]
    public string? InitialClusterToken { get; set; }

    /// <summary>Leaves initial-cluster-token out, for the documented page's exact text; etcd then takes the constant etcd-cluster.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WithoutToken)]
    public SwitchParameter NoInitialClusterToken { get; set; }

    /// <summary>The user to log in as on hosts whose target names none. Default: the current user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the current user")]
    public string? SshUser { get; set; }

    /// <summary>sshd's port on hosts whose target names none. Default: 22.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    [PSDefaultValue(Help = "22")]
    public int? SshPort { get; set; }

    /// <summary>Private key files for hosts whose target names none. Default: id_ed25519, id_ecdsa and id_rsa of ~/.ssh.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "~/.ssh/id_ed25519, id_ecdsa, id_rsa")]
    public string[]? IdentityFile { get; set; }

    /// <summary>OpenSSH user certificates. One that is named like its key with -cert.pub is tried without being named.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? CertificateFile { get; set; }

    /// <summary>Tries only the keys that identity files and certificates name, not all that an agent holds. For hosts that end the connection after a few keys.</summary>
    [Parameter]
    public SwitchParameter IdentitiesOnly { get; set; }

    /// <summary>The ssh-agent: the path of its socket, none, or SSH_AUTH_SOCK for the one that variable names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "SSH_AUTH_SOCK; on Windows OpenSSH's agent")]
    public string? IdentityAgent { get; set; }

    /// <summary>known_hosts files for hosts whose target names none. Default: ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts")]
    public string[]? KnownHostsFile { get; set; }

    /// <summary>What is done with an unknown host key: Strict (default) refuses it, AcceptNew adds it to known_hosts.</summary>
    [Parameter]
    [PSDefaultValue(Help = "Strict")]
    public EtcdHostKeyPolicy? HostKeyPolicy { get; set; }

    /// <summary>Time allowed to connect and log in, such as 10s, on hosts whose target names none. Default: 30 seconds.</summary>
    [Parameter]
    [DurationTransformation]
    [PSDefaultValue(Help = "30s")]
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>Time allowed for one command on a host, such as 2m. Default: each step's own limit.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? CommandTimeout { get; set; }

    /// <summary>How commands become root. Auto: root needs nothing, others use sudo -n, and the sudo password if one is given and sudo asks for it. NonInteractive: sudo -n only. Password: the password is given to sudo. None: no sudo.</summary>
    [Parameter]
    [PSDefaultValue(Help = "Auto")]
    public EtcdSudoMode? SudoMode { get; set; }

    /// <summary>Hosts that lead to the members, the first hop first: [user@]host[:port], or objects of New-EtcdSshTarget. Default: the SSH configuration's ProxyJump.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public EtcdSshTarget[]? JumpHost { get; set; }

    /// <summary>Offers SHA-1, CBC and 3DES too, last, for a host that knows nothing better. What is agreed on is warned of.</summary>
    [Parameter]
    public SwitchParameter AllowWeakAlgorithms { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _members.AddRange(Member);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            ValidatedTopology validated = TopologyRules.Validate(Topology());
            foreach (string warning in validated.Warnings)
            {
                WriteWarning(warning);
            }

            WriteObject(validated.Topology);
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, _members));
        }
    }

    private EtcdTopology Topology()
    {
        bool isGenerated = ParameterSetName == UniqueToken;
        return new EtcdTopology
        {
            Members = _members.ToArray(),
            KubernetesVersion = KubernetesVersion ?? KubernetesReleases.NewestVersion,
            KubeadmApiVersion = KubeadmApiVersion,
            ImageRepository = ImageRepository,
            ImageTag = ImageTag,
            DataDirectory = DataDirectory,
            CertificatesDirectory = CertificatesDirectory,
            ClientPort = ClientPort,
            PeerPort = PeerPort,
            MetricsPort = MetricsPort,
            KeyAlgorithm = KeyAlgorithm,
            CertificateValidity = CertificateValidity,
            CaCertificateValidity = CaCertificateValidity,
            HealthCheckTimeout = HealthCheckTimeout,
            ExtraArg = ExtraArg,
            ExtraEnv = ExtraEnv,
            ServerCertSan = ServerCertSan,
            PeerCertSan = PeerCertSan,
            InitialClusterToken = isGenerated ? Core.Topology.InitialClusterToken.New(RandomNumberGenerator.GetBytes) : InitialClusterToken,
            IsTokenGenerated = isGenerated,
            Ssh = new EtcdSshSettings
            {
                UserName = SshUser,
                Port = SshPort,
                IdentityFile = FilePaths.New(this, IdentityFile),
                CertificateFile = FilePaths.New(this, CertificateFile),
                IdentitiesOnly = SshParameters.Given(this, IdentitiesOnly, nameof(IdentitiesOnly)),
                IdentityAgent = SshParameters.Agent(this, IdentityAgent),
                KnownHostsFile = FilePaths.New(this, KnownHostsFile),
                HostKeyPolicy = HostKeyPolicy,
                ConnectTimeout = ConnectTimeout,
                CommandTimeout = CommandTimeout,
                SudoMode = SudoMode,
                JumpHost = SshParameters.JumpHosts(JumpHost),
                AllowWeakAlgorithms = SshParameters.Given(this, AllowWeakAlgorithms, nameof(AllowWeakAlgorithms)),
            },
        };
    }
}
