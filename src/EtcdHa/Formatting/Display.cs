using System.Collections;
using System.Globalization;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Topology;

namespace EtcdHa.Formatting;

/// <summary>How values look in the views of EtcdHa.Format.ps1xml. Not meant for scripts: they have the typed properties.</summary>
public static class Display
{
    // A property left null takes its value from the topology or from OpenSSH; an empty cell would look like something missing.
    private const string Default = "default";

    /// <summary>A time as etcdctl prints it, with three or four digits: <c>12.1ms</c>, <c>1.23s</c>.</summary>
    /// <param name="time">The time.</param>
    public static string Took(TimeSpan time)
    {
        TimeSpan unit = time < TimeSpan.FromSeconds(1) ? TimeSpan.FromMicroseconds(100) : TimeSpan.FromMilliseconds(10);
        return EtcdHealthText.Duration(Math.Round(time / unit) * unit);
    }

    /// <summary>A size as etcdctl prints it: <c>20 kB</c>; empty when it is not known.</summary>
    /// <param name="bytes">The size.</param>
    public static string Bytes(long? bytes) => bytes is { } known ? EtcdHealthText.Size(known) : "";

    /// <summary>Seconds with one decimal: <c>1.3s</c>.</summary>
    /// <param name="time">The time.</param>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0s", CultureInfo.InvariantCulture);

    /// <summary>A kubelet's container runtime with its cgroup driver: <c>Containerd, systemd</c>.</summary>
    /// <param name="service">The kubelet.</param>
    public static string Runtime(EtcdKubeletService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return Joined(new[] { service.ContainerRuntime?.ToString(), service.CgroupDriver }.OfType<string>());
    }

    /// <summary>A moment as a date in UTC, <c>2027-11-23</c>; empty when it is not known.</summary>
    /// <param name="time">The moment.</param>
    public static string Date(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A moment to the second in UTC, <c>2026-11-26 10:42:27</c>.</summary>
    /// <param name="time">The moment.</param>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Whose journal tells of a run: a member's name, or <c>workstation</c>.</summary>
    /// <param name="run">The run.</param>
    public static string Where(EtcdRunJournal run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Member?.Name ?? run.HostName ?? "workstation";
    }

    /// <summary><c>yes</c> or <c>no</c>.</summary>
    /// <param name="value">The answer.</param>
    public static string YesNo(bool value) => value ? "yes" : "no";

    /// <summary>A value, or a list joined by commas; <c>default</c> when it is left to the topology or to OpenSSH.</summary>
    /// <param name="value">The value; null when none was given.</param>
    public static string OrDefault(object? value) => value switch
    {
        null => Default,
        string text => text,
        IEnumerable list => Joined(list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>All items of a list, joined by commas. PowerShell itself would show the first four.</summary>
    /// <param name="items">The items.</param>
    public static string Joined(IEnumerable? items) => string.Join(", ", items?.Cast<object>() ?? []);

    /// <summary>kubeadm's name of an algorithm, <c>ECDSA-P256</c>; empty when it is none of kubeadm's.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static string Algorithm(EtcdKeyAlgorithm? algorithm) => algorithm?.KubeadmName() ?? "";

    /// <summary>The members with their addresses, <c>infra0=10.0.0.6, infra1=10.0.0.7</c>.</summary>
    /// <param name="topology">The topology.</param>
    public static string Members(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return Joined(topology.Members.Select(m => $"{m.Name}={m.Address}"));
    }

    /// <summary>The image the manifests will name, with the defaults filled in; empty when the Kubernetes version is not known.</summary>
    /// <param name="topology">The topology.</param>
    public static string Image(EtcdTopology topology)
    {
        try
        {
            return EtcdImage.For(topology);
        }
        catch (EtcdTopologyException)
        {
            // A record a script changed by hand: looking at it must not fail; the next cmdlet says what is wrong.
            return "";
        }
    }

    /// <summary>The ports of members that name none.</summary>
    /// <param name="topology">The topology.</param>
    public static string Ports(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return string.Create(CultureInfo.InvariantCulture, $"client {topology.ClientPort}, peer {topology.PeerPort}, metrics {topology.MetricsPort}");
    }

    /// <summary>How long leaf certificates and the CA are valid, as kubeadm's files write it: <c>8760h, CA 87600h</c>.</summary>
    /// <param name="topology">The topology.</param>
    public static string Validity(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return $"{GoDuration.Format(topology.CertificateValidity)}, CA {GoDuration.Format(topology.CaCertificateValidity)}";
    }

    /// <summary>The initial-cluster-token, or what its absence means.</summary>
    /// <param name="topology">The topology.</param>
    public static string Token(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.InitialClusterToken
            ?? (topology.IsTokenGenerated ? "(made up by New-EtcdKubeadmConfig)" : "(none: etcd's constant, etcd-cluster)");
    }

    /// <summary>The SSH settings that are given; <c>default</c> when none is.</summary>
    /// <param name="settings">The settings.</param>
    public static string Ssh(EtcdSshSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (string Name, object? Value)[] all =
        [
            ("user", settings.UserName),
            ("port", settings.Port),
            ("identity", settings.IdentityFile),
            ("certificate", settings.CertificateFile),
            ("identities only", settings.IdentitiesOnly),
            ("agent", settings.IdentityAgent),
            ("known hosts", settings.KnownHostsFile),
            ("host keys", settings.HostKeyPolicy),
            ("timeout", settings.ConnectTimeout is { } timeout ? GoDuration.Format(timeout) : null),
            ("command timeout", settings.CommandTimeout is { } limit ? GoDuration.Format(limit) : null),
            ("sudo", settings.SudoMode),
            ("jump hosts", settings.JumpHost),
            ("weak algorithms", settings.AllowWeakAlgorithms),
        ];
        string given = Joined(all.Where(s => s.Value is not null).Select(s => $"{s.Name} {OrDefault(s.Value)}"));
        return given.Length == 0 ? Default : given;
    }

    /// <summary>How the host's key is verified: the pinned fingerprint, or the policy.</summary>
    /// <param name="target">The target.</param>
    public static string HostKey(EtcdSshTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.HostKeyFingerprint ?? OrDefault(target.HostKeyPolicy);
    }

    /// <summary>The folder a certificate's name is relative to: the member's certificates directory.</summary>
    /// <param name="certificate">The certificate.</param>
    public static string Folder(EtcdCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        string? folder = certificate.Path;
        for (int levels = certificate.Name.Split('/').Length; levels > 0; levels--)
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? "";
    }

    /// <summary>How many steps changed something.</summary>
    /// <param name="result">What was done on a host.</param>
    public static int Changed(EtcdHostResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Steps.Count(s => s.Change != EtcdChange.Unchanged);
    }

    /// <summary>How many files there are, changed or not.</summary>
    /// <param name="result">What was done on a host.</param>
    public static int Files(EtcdHostResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Steps.Count(s => s.Sha256 is not null);
    }

    /// <summary>How many steps changed something on a control plane's host.</summary>
    /// <param name="result">What was done on a host.</param>
    public static int Changed(EtcdClientFiles result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Steps.Count(s => s.Change != EtcdChange.Unchanged);
    }

    /// <summary>What is wrong with a file, in one line; empty when nothing is.</summary>
    /// <param name="check">The file.</param>
    public static string Findings(EtcdFileCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return string.Join("; ", check.Finding);
    }

    /// <summary>The member and the host it is on, <c>infra0 (ubuntu@10.0.0.6)</c>.</summary>
    /// <param name="member">The member.</param>
    /// <param name="hostName">The SSH target.</param>
    public static string MemberAndHost(EtcdMember member, string hostName) => $"{member} ({hostName})";

    /// <summary>A plan to read before it is run.</summary>
    /// <param name="plan">The plan.</param>
    public static string Plan(EtcdPlan plan) => PlanText.Of(plan);

    /// <summary>The lines of a text.</summary>
    /// <param name="text">The text, lines ended by LF.</param>
    public static IReadOnlyList<string> Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('\n');
    }

    /// <summary>The member a plan's step is for, or <c>workstation</c>.</summary>
    /// <param name="step">The step.</param>
    public static string MemberOf(EtcdPlanStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step.Member?.Name ?? "workstation";
    }

    /// <summary>The path or unit of a step, with why it did not come to be.</summary>
    /// <param name="result">What became of the step.</param>
    public static string TargetOrError(EtcdPlanStepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Outcome == EtcdPlanStepOutcome.Failed ? $"{result.Step.Target}: {result.Error}" : result.Step.Target;
    }

    /// <summary>How many steps of a run ended how: <c>69 Done, 1 Failed</c>.</summary>
    /// <param name="run">The run.</param>
    public static string StepCounts(EtcdRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Step.Count == 0 ? "none" : Joined(run.Step.GroupBy(s => s.Outcome).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}"));
    }

    /// <summary>How many files of a run are right: <c>36 of 36 right</c>.</summary>
    /// <param name="run">The run.</param>
    public static string FileCounts(EtcdRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return $"{run.FileCheck.Count(f => f.Passed)} of {run.FileCheck.Count} right";
    }

    /// <summary>How many endpoints of a run are healthy: <c>3 of 3 healthy</c>.</summary>
    /// <param name="run">The run.</param>
    public static string HealthCounts(EtcdRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return $"{run.Health.Count(h => h.Healthy)} of {run.Health.Count} healthy";
    }

    /// <summary>What differs and how: <c>/etc/kubernetes/pki/etcd/peer.key: 0644, expected 0600</c>.</summary>
    /// <param name="difference">The difference.</param>
    public static string Difference(EtcdDifference difference)
    {
        ArgumentNullException.ThrowIfNull(difference);
        return $"{difference.Target}: {difference.Actual}, expected {difference.Expected}";
    }

    /// <summary>How much a finding matters, so that what passed does not catch the eye: <c>ERROR</c>, <c>Warning</c>, <c>info</c>, <c>ok</c>.</summary>
    /// <param name="severity">How much.</param>
    public static string Severity(EtcdCheckSeverity severity) => severity switch
    {
        EtcdCheckSeverity.Error => "ERROR",
        EtcdCheckSeverity.Warning => "Warning",
        EtcdCheckSeverity.Information => "info",
        _ => "ok",
    };

    /// <summary>What was found and, on a line of its own where something is to be done, what.</summary>
    /// <param name="check">The check.</param>
    public static string FindingAndRemedy(EtcdHostCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return check.Severity < EtcdCheckSeverity.Warning || check.Remedy.Length == 0 ? check.Finding : $"{check.Finding}\n> {check.Remedy}";
    }

    /// <summary>The command that ran and, on a line of its own where a step was begun and not ended well, the step: a narrow window would drop a column of its own.</summary>
    /// <param name="run">The run, as a journal tells it.</param>
    public static string CommandAndStep(EtcdRunJournal run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.StepInFlight is { } step ? $"{run.Command}\n> {step}" : run.Command;
    }
}
