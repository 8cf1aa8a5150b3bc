namespace EtcdHa.Core.Topology;

/// <summary>The secrets that SSH targets of a topology may hold in memory. No file does.</summary>
public static class TopologySecrets
{
    /// <summary>Tells whether any target of a topology holds a password or passphrase.</summary>
    /// <param name="topology">The topology.</param>
    public static bool AreIn(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.Members.Any(m => m.SshTarget is EtcdSshTarget target && AreIn(target)) || (topology.Ssh.JumpHost ?? []).Any(AreIn);
    }

    /// <summary>The same target without its secrets; its jump hosts keep theirs.</summary>
    /// <param name="target">The target.</param>
    internal static EtcdSshTarget Without(EtcdSshTarget target) => target with { Password = null, SudoPassword = null, KeyPassphrase = null };

    private static bool AreIn(EtcdSshTarget target) =>
        target.Password is not null || target.SudoPassword is not null || target.KeyPassphrase is not null || (target.JumpHost ?? []).Any(AreIn);
}
