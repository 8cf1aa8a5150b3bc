using System.Diagnostics;
using System.Management.Automation;
using EtcdHa.Core.Tests.Ssh;
using EtcdHa.Tests.Async;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>Connections of a pipeline, counted by real sshd: one a member. The cmdlets only look, as the user who runs the tests.</summary>
public sealed class PipelineConnectionTests : CommandTest, IClassFixture<PipelineConnectionTests.Fixture>
{
    private readonly IReadOnlyList<TestSshd> _hosts;
    private readonly int[] _before;

    public PipelineConnectionTests(Fixture fixture)
        : base(typeof(SelectFirstCommand))
    {
        Assert.SkipUnless(Environment.UserName == "root", "the looks run as root on this machine");
        Assert.SkipUnless(TestSshd.Missing is null, TestSshd.Missing ?? "");
        _hosts = fixture.Hosts;
        _before = [.. Logins()];
        Run(Stage);
        Use(_hosts);
    }

    [Fact]
    public void Cmdlets_of_one_pipeline_share_a_connection_a_host_and_close_it_at_the_end()
    {
        ScriptResult result = Run("$topology | Test-EtcdMemberFiles | Test-EtcdMemberFiles | Test-EtcdClusterHealth -ThroughSsh -CommandTimeoutSec 60 -Verbose");
        Assert.Equal(3, result.As<EtcdEndpointHealth>().Count());
        AssertLogins(1);
        AssertAllClosed();
    }

    [Fact]
    public void What_follows_in_another_pipeline_connects_anew()
    {
        ScriptResult result = Run("$topology | Test-EtcdMemberFiles -Verbose; $topology | Test-EtcdMemberFiles -Quiet -Verbose");
        Assert.Equal(6, result.Verbose.Count(line => line.Contains("connecting to", StringComparison.Ordinal)));
        AssertLogins(2);
        AssertAllClosed();
    }

    [Fact]
    public void A_pipeline_inside_shares_the_connections_and_leaves_them_open()
    {
        Run("$topology | Test-EtcdMemberFiles | Select-First | ForEach-Object { $topology | Test-EtcdMemberFiles; & { $topology | Test-EtcdMemberFiles } } | Test-EtcdMemberFiles");
        AssertLogins(1);
        AssertAllClosed();
    }

    [Fact]
    public void Select_First_closes_the_connections()
    {
        Assert.Single(Run("$topology | Test-EtcdMemberFiles | Test-EtcdMemberFiles | Select-First").Output);
        AssertLogins(1);
        AssertAllClosed();
    }

    [Theory]
    [InlineData("$topology | Test-EtcdMemberFiles -ErrorAction Stop | Test-EtcdMemberFiles")]
    [InlineData("$topology | Test-EtcdMemberFiles -Member infra0 -ErrorAction SilentlyContinue | ForEach-Object { throw 'x' } | Test-EtcdMemberFiles")]
    public async Task An_error_that_ends_the_pipeline_closes_the_connections(string script)
    {
        await using TestSshd stranger = await TestSshd.StartAsync();
        File.WriteAllText(stranger.PathOf("authorized_keys"), "");
        Use([_hosts[0], _hosts[1], stranger]);
        Assert.NotNull(Session.Invoke(script).Terminating);
        AssertAllClosed(stranger);
    }

    [Fact]
    public void A_connection_that_broke_between_two_cmdlets_is_replaced()
    {
        Session.Runspace.SessionStateProxy.SetVariable("break", (Action)(() => _hosts[1].KillSessions()));
        Run("$topology | Test-EtcdMemberFiles | ForEach-Object { $_ } -End { $break.Invoke() } | Test-EtcdMemberFiles");
        Assert.Equal([1, 2, 1], Logins().Zip(_before, (now, before) => now - before));
        AssertAllClosed();
    }

    [Fact]
    public void A_host_that_failed_is_tried_again_by_the_next_cmdlet()
    {
        string keys = _hosts[1].PathOf("authorized_keys");
        Session.Runspace.SessionStateProxy.SetVariable("mend", (Action)(() => File.Move(keys + ".away", keys)));
        File.Move(keys, keys + ".away");
        ScriptResult result = Session.Invoke("$topology | Test-EtcdMemberFiles | ForEach-Object { $topology } -End { $mend.Invoke() } | Test-EtcdMemberFiles -Quiet");
        Assert.Equal("SshLoginRefused,EtcdHa.Commands.TestEtcdMemberFilesCommand", Assert.Single(result.Errors).FullyQualifiedErrorId);
        AssertLogins(1);
        AssertAllClosed();
    }

    [Fact]
    public async Task Ctrl_C_returns_within_two_seconds_while_a_host_hangs_and_closes_the_connections()
    {
        await using TestSshd hung = await TestSshd.StartAsync("ForceCommand sleep 60");
        Use([_hosts[0], hung, _hosts[2]]);
        TimeSpan took = TimeSpan.MaxValue;

        // The promise is kept by a machine that has time to: one of three tries on a machine under load.
        for (int tries = 0; tries < 3 && took > TimeSpan.FromSeconds(2); tries++)
        {
            using PowerShell shell = Session.Create("$topology | Test-EtcdMemberFiles | Test-EtcdMemberFiles");
            IAsyncResult running = shell.BeginInvoke();
            Assert.True(Eventually(() => hung.Logins > tries && _hosts[0].Logins > _before[0] + tries));
            long start = Stopwatch.GetTimestamp();
            shell.Stop();
            took = Stopwatch.GetElapsedTime(start);
            Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        }

        Assert.InRange(took.TotalSeconds, 0, 2);
        AssertAllClosed(hung);
    }

    [Fact]
    public async Task Runspaces_share_nothing()
    {
        using var other = new PowerShellSession();
        other.Runspace.SessionStateProxy.Path.SetLocation(Folder.Path);
        other.Runspace.SessionStateProxy.SetVariable("topology", Session.Runspace.SessionStateProxy.GetVariable("topology"));
        ScriptResult[] results = await Task.WhenAll(new[] { Session, other }.Select(session => Task.Run(() =>
            session.Invoke("$topology | Test-EtcdMemberFiles | Test-EtcdMemberFiles -Quiet"))));
        Assert.All(results, result => result.RequireNoErrors());
        AssertLogins(2);
        AssertAllClosed();
    }

    private void Use(IReadOnlyList<TestSshd> hosts)
    {
        for (int host = 0; host < 3; host++)
        {
            string known = hosts[host].KnownHosts("%h " + hosts[host].PublicKey("host_ed25519"));
            Session.Runspace.SessionStateProxy.SetVariable("target", new EtcdSshTarget("127.0.0.1", hosts[host].Port, hosts[host].UserName)
            {
                IdentityFile = [hosts[host].PathOf("user")],
                KnownHostsFile = [known],
                HostKeyPolicy = EtcdHostKeyPolicy.Strict,
            });
            Run($"$member{host} = New-EtcdMember infra{host} 10.0.0.{host + 6} -SshTarget $target");
        }

        Run("$topology = $member0, $member1, $member2 | New-EtcdTopology -KeyAlgorithm ECDSA-P256");
    }

    private IEnumerable<int> Logins() => _hosts.Select(host => host.Logins);

    private void AssertLogins(int count) => Assert.Equal(Enumerable.Repeat(count, 3), Logins().Zip(_before, (now, before) => now - before));

    private void AssertAllClosed(params TestSshd[] more) =>
        Assert.True(Eventually(() => _hosts.Concat(more).All(host => host.Sessions == 0)), string.Join('\n', _hosts.Select(host => host.Log)));

    private static bool Eventually(Func<bool> condition) => SpinWait.SpinUntil(
        () =>
        {
            Thread.Sleep(20);
            return condition();
        },
        TimeSpan.FromSeconds(20));

    /// <summary>One sshd a member, for all tests of the class.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public IReadOnlyList<TestSshd> Hosts { get; private set; } = [];

        public async ValueTask InitializeAsync() =>
            Hosts = TestSshd.Missing is null ? await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TestSshd.StartAsync())) : [];

        public async ValueTask DisposeAsync()
        {
            foreach (TestSshd host in Hosts)
            {
                await host.DisposeAsync();
            }
        }
    }
}
