using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Staging;

/// <summary>Topology files on the workstation.</summary>
public static class TopologyStore
{
    /// <summary>Name of the JSON Schema that is written beside a topology file.</summary>
    public const string SchemaFileName = "etcd-topology.schema.json";

    /// <summary>Reads a topology file; relative paths in it become relative to the file.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <exception cref="EtcdTopologyException">
    /// The file is not a topology, with line and column; <c>TopologyFileUnreadable</c>: it cannot be read.
    /// </exception>
    public static EtcdTopology Load(string path)
    {
        EtcdTopology topology = TopologyFile.Read(ReadText(path) ?? throw Unreadable(new FileNotFoundException("there is no such file"), path), path);
        string folder = Path.GetDirectoryName(path) ?? "";
        string AbsolutePath(string file) => file.StartsWith('~') ? file : Path.GetFullPath(file, folder);
        IReadOnlyList<string>? Absolute(IReadOnlyList<string>? files) => files?.Select(AbsolutePath).ToArray();

        // $NAME stands for what an environment variable holds, as in ssh_config.
        string? AbsoluteAgent(string? agent) => agent is null or "none" or "SSH_AUTH_SOCK" || agent.StartsWith('$') ? agent : AbsolutePath(agent);
        EtcdSshTarget AbsoluteTarget(EtcdSshTarget target) => target with
        {
            IdentityFile = Absolute(target.IdentityFile),
            CertificateFile = Absolute(target.CertificateFile),
            IdentityAgent = AbsoluteAgent(target.IdentityAgent),
            KnownHostsFile = Absolute(target.KnownHostsFile),
            ConfigFile = target.ConfigFile is null or "none" ? target.ConfigFile : AbsolutePath(target.ConfigFile),
            JumpHost = target.JumpHost?.Select(AbsoluteTarget).ToArray(),
        };
        return topology with
        {
            Ssh = topology.Ssh with
            {
                IdentityFile = Absolute(topology.Ssh.IdentityFile),
                CertificateFile = Absolute(topology.Ssh.CertificateFile),
                IdentityAgent = AbsoluteAgent(topology.Ssh.IdentityAgent),
                KnownHostsFile = Absolute(topology.Ssh.KnownHostsFile),
                JumpHost = topology.Ssh.JumpHost?.Select(AbsoluteTarget).ToArray(),
            },
            Members = [.. topology.Members.Select(m => m with { SshTarget = m.SshTarget is null ? null : AbsoluteTarget(m.SshTarget) })],
        };
    }

    /// <summary>Reads a kubeadm configuration file.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <exception cref="EtcdTopologyException"><c>TopologyFileUnreadable</c>: it cannot be read.</exception>
    public static KubeadmConfigText LoadKubeadmConfig(string path) =>
        new(path, ReadText(path) ?? throw Unreadable(new FileNotFoundException("there is no such file"), path));

    /// <summary>Writes a topology file, whole or not at all; the same bytes stay untouched.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="path">The file, absolute.</param>
    /// <param name="withSchema">True: the JSON Schema is written beside it.</param>
    /// <param name="replace">True: a file that differs is replaced.</param>
    /// <exception cref="EtcdStagingException"><c>TopologyFileExists</c>: a file that differs is there and <paramref name="replace"/> is false;
    /// <c>TopologyFileUnwritable</c>.</exception>
    /// <exception cref="EtcdTopologyException"><c>TopologyFileUnreadable</c>: what is there cannot be compared.</exception>
    public static void Export(EtcdTopology topology, string path, bool withSchema, bool replace)
    {
        Export(TopologyFile.Write(topology with { IsTokenGenerated = topology.InitialClusterToken is null && topology.IsTokenGenerated }), path, replace);
        if (withSchema)
        {
            WriteWhole(Path.Combine(Path.GetDirectoryName(path)!, SchemaFileName), TopologyFile.Schema);
        }
    }

    /// <summary>Writes a file that a topology gives, whole or not at all; the same bytes stay untouched.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="path">The file, absolute.</param>
    /// <param name="replace">True: a file that differs is replaced.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="EtcdStagingException"><c>TopologyFileExists</c>: a file that differs is there and <paramref name="replace"/> is false;
    /// <c>TopologyFileUnwritable</c>.</exception>
    /// <exception cref="EtcdTopologyException"><c>TopologyFileUnreadable</c>: what is there cannot be compared.</exception>
    public static EtcdChange Export(string text, string path, bool replace)
    {
        string? existing = replace && !File.Exists(path) ? null : ReadText(path);
        if (!replace && existing is not null && existing != text)
        {
            throw new EtcdStagingException("TopologyFileExists", path) { Subject = path };
        }

        WriteWhole(path, text);
        return existing is null ? EtcdChange.Created : existing == text ? EtcdChange.Unchanged : EtcdChange.Updated;
    }

    private static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) || Directory.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e, path);
        }
    }

    // Written beside the file a link leads to, and renamed over it. A topology is no secret: the umask decides who reads it.
    internal static void WriteWhole(string path, string text)
    {
        try
        {
            var file = new FileInfo(path);
            string target = file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            if (File.Exists(target) && File.ReadAllText(target) == text)
            {
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
            try
            {
                File.WriteAllText(temporary, text);
                File.Move(temporary, target, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdStagingException(e, "TopologyFileUnwritable", path, e.Message) { Subject = path };
        }
    }

    private static EtcdTopologyException Unreadable(Exception e, string path) => new(e, "TopologyFileUnreadable", path, e.Message) { Subject = path };
}
