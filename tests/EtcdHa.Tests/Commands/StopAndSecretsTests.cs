using System.Diagnostics;
using System.Management.Automation;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

public sealed class StopAndSecretsTests : CommandTest
{
    [Fact]
    public void Ctrl_C_while_keys_are_made_does_not_wait_for_them_and_leaves_no_half_state()
    {
        Run($"$null = {Topology} | New-EtcdCertificateAuthority");
        Run("$topology = 0..6 | ForEach-Object { New-EtcdMember \"infra$_\" \"10.0.0.$($_ + 6)\" } | New-EtcdTopology -KeyAlgorithm RSA-4096");
        using PowerShell shell = Session.Create("$topology | New-EtcdCertificateSet");
        IAsyncResult running = shell.BeginInvoke();
        Assert.False(running.AsyncWaitHandle.WaitOne(200));
        long start = Stopwatch.GetTimestamp();
        shell.Stop();

        // All 28 keys take longer; a machine that makes some of them has no time for much else.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 8);
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);

        // Whole sets or none of a member, and a run that goes on finds nothing to complain of.
        Assert.All(
            Enumerable.Range(0, 7).Select(i => Folder[$"etcd-staging/infra{i}"]).Where(Directory.Exists),
            member => Assert.Equal(9, Directory.GetFiles(member, "*", SearchOption.AllDirectories).Length));
        Assert.Equal(EtcdChange.Created, One<EtcdCertificateSet>("$topology | New-EtcdCertificateSet -Member infra6").Status);
    }

    [Fact]
    public void No_key_is_in_any_stream()
    {
        Run("$VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; $InformationPreference = 'Continue'");
        string[] scripts =
        [
            $"($topology = {Topology})",
            "$topology | Export-EtcdTopology ./etcd.yaml -PassThru -Verbose -Debug",
            "$topology | New-EtcdKubeadmConfig -Verbose -Debug",
            "$topology | New-EtcdCertificateAuthority -StagingPath other -Verbose -Debug",
            "Import-EtcdCertificateAuthority ./other/pki/etcd/ca.crt ./other/pki/etcd/ca.key -Verbose -Debug",
            "$topology | New-EtcdCertificateSet -Verbose -Debug",
            "$topology | New-EtcdCertificateSet -Force -Verbose -Debug",
            "$topology | Copy-EtcdMemberFiles -WhatIf -Verbose -Debug",
            "Remove-EtcdStaging ./other -All -Confirm:$false -PassThru -Verbose -Debug",
        ];
        var shown = new List<string>();
        foreach (ScriptResult result in scripts.Select(Session.Invoke))
        {
            result.RequireNoErrors();
            shown.AddRange(result.Output.SelectMany(o => o.BaseObject.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0).Select(p => $"{p.Name}={p.GetValue(o.BaseObject)}").Append(o.ToString())));
            shown.AddRange([.. result.Verbose, .. result.Debug, .. result.Warnings, .. result.Information.Select(i => $"{i.MessageData}")]);
        }

        shown.AddRange(Session.Host.Lines);
        Assert.Contains(shown, text => text.Contains("server.key", StringComparison.Ordinal) || text.Contains("server.crt", StringComparison.Ordinal));
        string[] secrets = [.. Directory.EnumerateFiles(Folder["etcd-staging"], "*.key", SearchOption.AllDirectories).SelectMany(f => File.ReadAllLines(f)).Where(l => l.Length > 30)];
        Assert.NotEmpty(secrets);
        Assert.DoesNotContain(shown, text => text.Contains("PRIVATE KEY", StringComparison.Ordinal) || secrets.Any(s => text.Contains(s, StringComparison.Ordinal)));
    }
}
