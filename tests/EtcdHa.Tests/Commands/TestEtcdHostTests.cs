using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>Test-EtcdHost where no host can be reached; what it finds on hosts is tested in the lab.</summary>
public sealed class TestEtcdHostTests : CommandTest
{
    // Nobody listens on echo, discard and the port between them, so the attempts end at once.
    private const string Unreachable =
        "$topology = 0..2 | ForEach-Object { New-EtcdMember \"infra$_\" \"192.0.2.$($_ + 6)\" -SshTarget \"ubuntu@127.0.0.1:$($_ + 7)\" } | New-EtcdTopology;";

    [Fact]
    public void Fault01_Every_host_that_cannot_be_reached_is_a_row_with_reason_and_remedy_and_no_error()
    {
        ScriptResult result = Run(Unreachable + "$topology | Test-EtcdHost");

        Assert.Empty(result.Errors);
        EtcdHostCheck[] rows = [.. result.Output.Select(o => (EtcdHostCheck)o.BaseObject)];
        Assert.Equal(["infra0", "infra1", "infra2"], rows.Select(r => r.Member.Name));
        Assert.All(rows, r => Assert.True(r is { Check: EtcdHostCheckKind.Ssh, Severity: EtcdCheckSeverity.Error, ErrorId.Length: > 0, Remedy.Length: > 0 }, r.Finding));
        Assert.All(rows, r => Assert.Contains("127.0.0.1", r.HostName, StringComparison.Ordinal));
    }

    [Fact]
    public void Quiet_gives_one_Boolean_for_all_clusters()
        => Assert.Equal([false], Run(Unreachable + "$other = New-EtcdMember other 192.0.2.9 -SshTarget 'ubuntu@127.0.0.1:9' | New-EtcdTopology; $topology, $other | Test-EtcdHost -Quiet").As<bool>());

    [Fact]
    public void Rows_are_selected_by_severity_as_by_a_number()
        => Assert.Equal(["infra1"], Run(Unreachable + "$topology | Test-EtcdHost -Member infra1 | Where-Object { $_.Severity -ge 'Warning' } | ForEach-Object { $_.Member.Name }").Output.Select(o => o.ToString()));
}
