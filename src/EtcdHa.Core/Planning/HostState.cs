namespace EtcdHa.Core.Planning;

/// <summary>What is at a path.</summary>
public enum PathKind
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory, or a link to one.</summary>
    Directory,

    /// <summary>A link to a file, a socket, a device …</summary>
    Other,
}

/// <summary>A path on a host as it was found.</summary>
/// <param name="Kind">What is there.</param>
/// <param name="Owner"><c>user:group</c>; empty when absent.</param>
/// <param name="Mode">Permission bits; 0 when absent.</param>
/// <param name="Sha256">SHA-256 of a file's content in lower-case hex; empty for anything else.</param>
/// <param name="ModifiedAt">Time of last change of the content, seconds since 1970 by the host's clock.</param>
public sealed record PathState(PathKind Kind, string Owner, int Mode, string Sha256, long ModifiedAt)
{
    /// <summary>Nothing there.</summary>
    public static PathState Absent { get; } = new(PathKind.Absent, "", 0, "", 0);
}

/// <summary>A systemd unit as it was found.</summary>
/// <param name="LoadState"><c>loaded</c>, <c>not-found</c> …</param>
/// <param name="ActiveState"><c>active</c>, <c>activating</c>, <c>failed</c> …</param>
/// <param name="SubState"><c>running</c>, <c>auto-restart</c> …</param>
/// <param name="UnitFileState"><c>enabled</c>, <c>disabled</c> …</param>
/// <param name="StartedAt">When the main process started, seconds since 1970 by the host's clock, rounded up by less than 2; 0 when none runs.</param>
/// <param name="Arguments">The main process's program and arguments; empty when none runs.</param>
public sealed record UnitState(
    string LoadState, string ActiveState, string SubState, string UnitFileState, long StartedAt, IReadOnlyList<string> Arguments)
{
    /// <summary>True when the unit's main process runs.</summary>
    public bool IsRunning => ActiveState == "active" && SubState == "running";
}

/// <summary>Everything one look at a host told.</summary>
/// <param name="Host">The SSH target, for messages.</param>
/// <param name="User">The user who logged in, before sudo.</param>
/// <param name="Group">Their primary group.</param>
/// <param name="Home">Their home directory.</param>
/// <param name="Paths">By path as it was asked for.</param>
/// <param name="Units">By unit name.</param>
public sealed record HostState(
    string Host,
    string User,
    string Group,
    string Home,
    IReadOnlyDictionary<string, PathState> Paths,
    IReadOnlyDictionary<string, UnitState> Units)
{
    /// <summary>The absolute path: <c>~/</c> becomes the home directory.</summary>
    /// <param name="path">Absolute, or <c>~</c>, or <c>~/…</c>.</param>
    public string Resolve(string path)
        => path == "~" ? Home
            : path.StartsWith("~/", StringComparison.Ordinal) ? Home.TrimEnd('/') + path[1..]
            : path;

    /// <summary><c>user:group</c> of a step's owner.</summary>
    /// <param name="owner">As a <see cref="FileStep"/> names it.</param>
    public string ResolveOwner(string owner) => owner == HostStep.SshUserOwner ? $"{User}:{Group}" : owner;
}
