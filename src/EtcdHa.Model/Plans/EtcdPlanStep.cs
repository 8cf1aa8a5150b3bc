namespace EtcdHa;

/// <summary>One change that a plan makes: what, where, from what to what, and what it means for the running cluster.</summary>
public sealed record EtcdPlanStep
{
    /// <summary>Its place in the plan, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The part of the procedure it belongs to.</summary>
    public required EtcdPlanPhase Phase { get; init; }

    /// <summary>The member it is for; null for what the whole cluster shares, such as the CA.</summary>
    public EtcdMember? Member { get; init; }

    /// <summary>The SSH target it changes; null: the workstation.</summary>
    public string? HostName { get; init; }

    /// <summary>What it does, in words: <c>Place file</c>, <c>Create directory</c>, <c>Restart unit</c>, <c>Create certificates of infra0</c> …</summary>
    public required string Action { get; init; }

    /// <summary>The path or unit.</summary>
    public required string Target { get; init; }

    /// <summary><see cref="EtcdChange.Created"/>, <see cref="EtcdChange.Updated"/> or <see cref="EtcdChange.Restarted"/>.</summary>
    public required EtcdChange Change { get; init; }

    /// <summary>How it is now; null: not there.</summary>
    public EtcdPlanState? Before { get; init; }

    /// <summary>How it will be.</summary>
    public required EtcdPlanState After { get; init; }

    /// <summary>Unified difference of a text file that is replaced (manifest, drop-in, configurations); empty for anything else. Never a key's or certificate's content.</summary>
    public string Diff { get; init; } = "";

    /// <summary>The systemd unit that it restarts; null: none.</summary>
    public string? RestartsUnit { get; init; }

    /// <summary>True when a running etcd restarts by it.</summary>
    public bool RestartsEtcd { get; init; }

    /// <summary>True when it restarts an etcd that runs, or the kubelet beside it: then members are done one at a time, the next when the cluster is healthy again.</summary>
    public bool IsDisruptive { get; init; }

    /// <summary>What it means for the cluster, in words and numbers; empty when nothing.</summary>
    public string QuorumEffect { get; init; } = "";

    /// <summary>Why: <c>absent</c>, <c>content differs</c>, <c>mode 0644, wanted 0600</c> …</summary>
    public required string Reason { get; init; }

    /// <summary><c>infra0: Created /etc/kubernetes/pki/etcd/ca.crt</c>.</summary>
    public override string ToString() => $"{Member?.Name ?? "workstation"}: {Change} {Target}";
}
