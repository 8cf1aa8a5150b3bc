namespace EtcdHa.Core.Planning;

/// <summary>
/// One wanted state on a host: it can be described, compared with what is there (<see cref="StepComparer"/>) and
/// applied (<c>HostSession</c>). A path that starts with <c>~/</c> lies in the SSH user's home, and
/// <see cref="SshUserOwner"/> as owner is that user with their group; both are known once the host was looked at.
/// </summary>
public abstract record HostStep
{
    /// <summary>Owner of files that belong to the user who logs in.</summary>
    public const string SshUserOwner = "~";

    /// <summary>Owner of everything the kubelet and etcd use.</summary>
    public const string RootOwner = "root:root";

    /// <summary>What the step does, in words.</summary>
    public abstract string Action { get; }

    /// <summary>The path or unit.</summary>
    public abstract string Target { get; }
}

/// <summary>A directory is there.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Mode">Permission bits; given to a directory that is made.</param>
/// <param name="Enforce">True: an existing one gets this mode and root:root too. False: it stays as it is, as kubeadm leaves it.</param>
public sealed record DirectoryStep(string Path, int Mode, bool Enforce) : HostStep
{
    /// <inheritdoc/>
    public override string Action => "Create directory";

    /// <inheritdoc/>
    public override string Target => Path;
}

/// <summary>A file is there with this content, owner and mode.</summary>
/// <param name="Path">Absolute path, or <c>~/…</c>.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Owner"><see cref="HostStep.RootOwner"/> or <see cref="HostStep.SshUserOwner"/>.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="StageIn">
/// Directory in which the private staging directory is made. It must be on the same file system as <paramref name="Path"/>
/// (the file is renamed in), and not be the manifest folder: the kubelet runs every file it finds there.
/// </param>
public sealed record FileStep(string Path, ReadOnlyMemory<byte> Content, string Owner, int Mode, string StageIn) : HostStep
{
    /// <inheritdoc/>
    public override string Action => "Place file";

    /// <inheritdoc/>
    public override string Target => Path;

    /// <summary>SHA-256 of the content in lower-case hex.</summary>
    public string Sha256 => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Content.Span)).ToLowerInvariant();
}

/// <summary>A file whose content is made in the same run: a plan knows all about it but its bytes. It is compared, never applied.</summary>
/// <param name="Path">Absolute path, or <c>~/…</c>.</param>
/// <param name="Owner"><see cref="HostStep.RootOwner"/> or <see cref="HostStep.SshUserOwner"/>.</param>
/// <param name="Mode">Permission bits.</param>
public sealed record PendingFileStep(string Path, string Owner, int Mode) : HostStep
{
    /// <inheritdoc/>
    public override string Action => "Place file";

    /// <inheritdoc/>
    public override string Target => Path;
}

/// <summary>A member's data lies aside, with a time stamp. It is decided on by whose the data is; compared, it is as wanted.</summary>
/// <param name="DataDirectory">The data directory; its <c>member</c> is what is moved.</param>
/// <param name="LogDirectory">The directory of the write-ahead log; moved, too, where it is not below the data directory.</param>
public sealed record MoveAsideStep(string DataDirectory, string LogDirectory) : HostStep
{
    /// <inheritdoc/>
    public override string Action => "Move aside";

    /// <inheritdoc/>
    public override string Target => UnixPath.Join(DataDirectory, "member");
}

/// <summary>A systemd unit runs with the configuration placed for it.</summary>
/// <param name="Unit">The unit, such as <c>kubelet.service</c>.</param>
/// <param name="ConfiguredBy">Files whose change needs a restart.</param>
/// <param name="Argument">An argument the main process must have been started with: proof that the drop-in is in force.</param>
public sealed record UnitStep(string Unit, IReadOnlyList<string> ConfiguredBy, string Argument) : HostStep
{
    /// <inheritdoc/>
    public override string Action => "Restart unit";

    /// <inheritdoc/>
    public override string Target => Unit;
}
