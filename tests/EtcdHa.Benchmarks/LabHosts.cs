using System.Security.Cryptography;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Staging;

namespace EtcdHa.Benchmarks;

/// <summary>The lab's three hosts, as <c>lab exec</c> describes them, and a staging folder with their members' files.</summary>
internal sealed class LabHosts : IDisposable
{
    private readonly string _sshConfig = Variable("ETCDHA_LAB_SSH_CONFIG");

    /// <summary>The lab's topology.</summary>
    public EtcdTopology Topology { get; } = TopologyStore.Load(Variable("ETCDHA_LAB_TOPOLOGY"));

    /// <summary>Configurations and certificates, a folder a member, as on the page.</summary>
    public string Staging { get; } = Directory.CreateTempSubdirectory("etcdha-benchmark-").FullName;

    /// <summary>How each member's host is reached.</summary>
    public IReadOnlyList<ResolvedSshTarget> Targets { get; private set; } = [];

    /// <summary>Makes the members' files.</summary>
    public async Task StageAsync()
    {
        StagingFolder staging = new(Staging);
        foreach (EtcdMember member in Topology.Members)
        {
            staging.WriteKubeadmConfig(member, KubeadmConfigWriter.Write(Topology, member));
        }

        await Certificates.MakeAsync(Topology, Staging).ConfigureAwait(false);
        SshTargetResolver resolver = new(SshEnvironment.Current());
        Targets = [.. Topology.Members.Select(member => resolver.Resolve(member, Topology))];
    }

    /// <summary>Takes the members' files from every host again.</summary>
    public Task ClearAsync() => Task.WhenAll(Topology.Members.Select(member =>
        SshAsync(member, "sudo rm -rf /etc/kubernetes/pki pki kubeadmcfg.yaml && sudo mkdir -p /etc/kubernetes")));

    /// <summary>Runs a command on a member's host, over a connection of its own.</summary>
    public Task<string> SshAsync(EtcdMember member, string command) => OpenSsh.RunAsync("ssh", "", "-F", _sshConfig, "-o", "BatchMode=yes", member.Name, command);

    /// <summary>Copies a member's files to its user's home, over a connection of its own.</summary>
    public Task ScpAsync(EtcdMember member) =>
        OpenSsh.RunAsync("scp", "", ["-F", _sshConfig, "-o", "BatchMode=yes", "-q", "-r", .. Directory.GetFileSystemEntries(Path.Combine(Staging, member.Name)), member.Name + ":"]);

    /// <summary>SHA-256 and path below the member's folder, a line a file, sorted.</summary>
    public string[] Sums(EtcdMember member)
    {
        string folder = Path.Combine(Staging, member.Name);
        return
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}  {Path.GetRelativePath(folder, file)}").Order(StringComparer.Ordinal),
        ];
    }

    public void Dispose() => Directory.Delete(Staging, recursive: true);

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: run this benchmark inside the lab, by tests/Lab/lab exec.");
}
