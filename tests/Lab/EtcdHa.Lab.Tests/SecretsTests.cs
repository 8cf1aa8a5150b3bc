using System.Management.Automation;
using EtcdHa.Lab.Tests.Lab;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests;

/// <summary>
/// The whole procedure, a plan, a run of it and its report, with sudo passwords, an encrypted key and logins that fail, with everything said
/// that can be said: no password, passphrase or key is in any stream, in a transcript, in what a host's processes show, in a host's logs and
/// journals, or in a file of the workstation that is no key.
/// </summary>
[Collection<OwnCluster>]
public sealed class SecretsTests(OwnClusters clusters) : IDisposable
{
    private const string Passphrase = "passphrase-of-the-key-7461";
    private const string Wrong = "wrong-password-9932";

    // Start-Transcript itself is in a module the engine comes without; this is what it calls. An error would be transcribed by Out-String, which
    // the engine comes without, too: what fails comes after the transcript.
    private const string Transcribing = """
        $flags = [System.Reflection.BindingFlags]'Instance, NonPublic'
        $null = [System.Management.Automation.Host.PSHostUserInterface].GetMethod($what + 'Transcribing', $flags).Invoke($Host.UI, $arguments)
        """;

    private readonly LabSession _session = new();
    private readonly List<string> _said = [];

    [LabFact]
    public void Nothing_secret_is_said_shown_or_kept_anywhere()
    {
        string work = clusters.Reset();
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts();
        Prepare(work, hosts);
        using var watch = new ProcessWatch(hosts[1]);
        using IDisposable controlPlane = hosts[2].Plant("rm -rf /etc/control-plane", "rm -rf /etc/control-plane");
        Procedure();
        PlanRunAndReport(hosts[1]);
        Transcribe("Stop");
        Failures();

        string processes = watch.Seen();
        Assert.Contains("sudo -k -S", processes, StringComparison.Ordinal);
        string transcript = File.ReadAllText(Path.Combine(work, "transcript"));
        string said = string.Join('\n', [.. _said, .. _session.HostLines]);
        Assert.All([transcript, said], text => Assert.Contains("connecting to operator@", text, StringComparison.Ordinal));

        string[] secrets =
        [
            .. new[] { LabEnvironment.OperatorPassword, Passphrase, Wrong }.SelectMany(Secrets.OfPassword),
            .. Secrets.OfKeys(Path.Combine(work, "files")), .. Secrets.OfFile(LabEnvironment.Key), .. Secrets.OfFile(Path.Combine(work, "encrypted-key")),
        ];
        Secrets.RequireAbsent("what was said", said, secrets);
        Secrets.RequireAbsent("the transcript", transcript, secrets);
        Secrets.RequireAbsent("a process", processes, secrets);
        Assert.All(hosts, host => Secrets.RequireAbsent(host.Name, host.Root(
            "cat /var/lib/etcdha/runs/*; journalctl --no-pager -q -o cat; cat /run/etcdha/* /var/log/auth.log /var/log/sudo* 2>/dev/null || :; ls -laR /tmp /var/tmp 2>/dev/null || :"), secrets));
        string[] files = [.. Directory.EnumerateFiles(work, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("key", StringComparison.Ordinal))];
        Assert.All(["plan.json", "report.json", "report.html"], name => Assert.Contains(Path.Combine(work, name), files));
        Assert.All(files, file => Secrets.RequireAbsent(file, File.ReadAllText(file), secrets));
    }

    public void Dispose() => _session.Dispose();

    private void Prepare(string work, IReadOnlyList<LabHost> hosts)
    {
        Directory.CreateDirectory(work);
        string key = Path.Combine(work, "encrypted-key");
        File.Copy(LabEnvironment.Key, key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        LocalProgram.Run("ssh-keygen", ["-q", "-p", "-P", "", "-N", Passphrase, "-f", key], null, TimeSpan.FromSeconds(20)).RequireSuccess();
        _session.Set("work", work);
        _session.Set("staging", Path.Combine(work, "files"));
        _session.Set("hosts", hosts);
        _session.Set("key", key);
        _session.Set("knownHosts", LabEnvironment.KnownHosts);
        _session.Set("passphrase", LabEnvironment.Secure(Passphrase));
        _session.Set("sudo", LabEnvironment.Secure(LabEnvironment.OperatorPassword));
        _session.Set("wrong", LabEnvironment.Secure(Wrong));
        _session.Set("login", new PSCredential("operator", LabEnvironment.Secure(LabEnvironment.OperatorPassword)));
        _session.Set("wrongLogin", new PSCredential("operator", LabEnvironment.Secure(Wrong)));
        Transcribe("Start", Path.Combine(work, "transcript"), null, false, false);
        Say("""
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            $say = @{ Verbose = $true; Debug = $true }
            $with = $say + @{ KeyPassphrase = $passphrase; SudoPassword = $sudo }
            $lab = Import-EtcdTopology $env:ETCDHA_LAB_TOPOLOGY @say
            $settings = @{ SshUser = 'operator'; KnownHostsFile = $knownHosts; KubernetesVersion = $lab.KubernetesVersion; ImageTag = $lab.ImageTag; KeyAlgorithm = 'ECDSA-P256'; InitialClusterToken = 'secrets' }
            $members = $hosts | New-EtcdMember
            $members | New-EtcdTopology @settings | ForEach-Object { $byPassword = $_; $_ }
            $members | New-EtcdTopology @settings -IdentityFile $key | ForEach-Object { $topology = $_; $_ }
            """);
    }

    private void Procedure() => Say("""
        $topology | Test-EtcdHost -StagingPath $staging -SkipDiskLatency @with
        $topology | Install-EtcdKubeletService @with
        $topology | New-EtcdKubeadmConfig -StagingPath $staging @say | New-EtcdCertificateAuthority @say | New-EtcdCertificateSet @say | ForEach-Object { $topology = $_.Topology; $_ }
        $topology | Copy-EtcdMemberFiles -StagingPath $staging @with
        $topology | Test-EtcdMemberFiles -StagingPath $staging @with
        $topology | Install-EtcdStaticPod -StagingPath $staging @with
        $topology | Test-EtcdClusterHealth -StagingPath $staging -Wait -TimeoutSec 120 @say
        $topology | Test-EtcdClusterHealth -StagingPath $staging -ThroughSsh @with
        """);

    // A key that differs, and another cluster's, are what a plan could show and a run would replace.
    private void PlanRunAndReport(LabHost host)
    {
        host.Root("cp /etc/kubernetes/pki/etcd/peer.key /etc/kubernetes/pki/etcd/server.key");
        Say("""
            $plan = $topology | Get-EtcdPlan -StagingPath $staging @with
            $plan; $plan.Step
            $plan | Export-EtcdPlan "$work/plan.json" -PassThru @say
            $run = Import-EtcdPlan "$work/plan.json" @say | Invoke-EtcdPlan -PassThru -Confirm:$false -TimeoutSec 120 -HealthTimeoutSec 240 @with
            $run; $run.Step
            $run | Export-EtcdReport -Path "$work/report" -Format Both -StagingPath $staging -NoSchema -PassThru @with
            $topology | Install-EtcdCluster -StagingPath $staging -SkipHostCheck -Force @with
            $byPassword | Get-EtcdRun -StagingPath $staging -Credential $login -SudoPassword $sudo @say
            $topology | Copy-EtcdClientFiles -StagingPath $staging -SshTarget "operator@$($hosts[2].Address)" -CertificatesDirectory /etc/control-plane @with
            """);
    }

    // What fails says more than what works.
    private void Failures()
    {
        Say("$topology | Test-EtcdMemberFiles -StagingPath $staging -KeyPassphrase $passphrase -SudoPassword $wrong @say", "SudoPasswordWrong");
        Say("$topology | Test-EtcdMemberFiles -StagingPath $staging -KeyPassphrase $wrong -SudoPassword $sudo @say", "Ssh");
        Say("$topology | Get-EtcdPlan -StagingPath $staging -KeyPassphrase $passphrase -SudoPassword $wrong @say", "");
        Say("$byPassword | Get-EtcdRun -StagingPath $staging -Credential $wrongLogin -SudoPassword $sudo @say", "Ssh");
        Say("$Error | ForEach-Object { \"$_ $($_.Exception) $($_.ErrorDetails) $($_.ErrorDetails.RecommendedAction) $($_.ScriptStackTrace)\"; $_.TargetObject }");
    }

    private void Transcribe(string what, params object?[] arguments)
    {
        _session.Set("what", what);
        _session.Set("arguments", arguments);
        _session.Run(Transcribing).RequireNoErrors();
    }

    // Runs a script, shows what it wrote as the prompt would, and keeps all of every stream.
    private void Say(string script, string? error = null)
    {
        ScriptResult result = _session.Run($". {{ {script} }} | ForEach-Object {{ $_ | Out-Default; $_ }}", TimeSpan.FromMinutes(4));
        Assert.True(result.Terminating is null, $"{result.Terminating} {string.Join("; ", result.Errors)}");
        Assert.True(result.Errors.Count > 0 == error is not null, string.Join("; ", result.Errors));
        Assert.All(result.Errors, e => Assert.StartsWith(error!, e.FullyQualifiedErrorId, StringComparison.Ordinal));
        _said.AddRange(result.Output.Where(o => o is not null).SelectMany(o => o.BaseObject.GetType().GetProperties()
            .Where(p => p.GetIndexParameters().Length == 0).Select(p => $"{p.Name}={p.GetValue(o.BaseObject)}").Append(o.ToString())));
        _said.AddRange([.. result.Verbose, .. result.Debug, .. result.Warnings, .. result.Information.Select(i => $"{i.MessageData}")]);
        _said.AddRange(result.Errors.Select(e => $"{e} {e.Exception} {e.ErrorDetails?.RecommendedAction} {e.TargetObject}"));
        _said.AddRange(result.Progress.Select(p => $"{p.Activity} {p.StatusDescription} {p.CurrentOperation}"));
    }
}
