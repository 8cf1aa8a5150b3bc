using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>sshd's own limits, MaxStartups and MaxSessions, against a real one.</summary>
public sealed class SshdLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Commands_beyond_MaxSessions_wait_for_those_before(int sessions)
    {
        await using TestSshd sshd = await TestSshd.StartAsync($"MaxSessions {sessions}");
        await using ISshTransport transport = await new SshNetConnector().ConnectAsync(sshd.Target(), Token);

        SshExecResult[] results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            transport.ExecuteAsync("cat; sleep 0.3", Encoding.ASCII.GetBytes("n" + i), Token)));

        Assert.Equal(Enumerable.Range(0, 6).Select(i => "n" + i), results.Select(result => Encoding.ASCII.GetString(result.Output.Span)));
        Assert.Equal(1, sshd.Logins);
    }

    [Fact]
    public async Task One_command_after_the_other_fits_into_one_session()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("MaxSessions 1");
        await using ISshTransport transport = await new SshNetConnector().ConnectAsync(sshd.Target(), Token);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(0, (await transport.ExecuteAsync("true", ReadOnlyMemory<byte>.Empty, Token)).ExitStatus);
        }
    }

    [Fact]
    public async Task A_host_that_allows_no_session_at_all_is_told_and_the_connection_lives_on()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("MaxSessions 0");
        await using ISshTransport transport = await new SshNetConnector().ConnectAsync(sshd.Target(), Token);

        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => transport.ExecuteAsync("true", ReadOnlyMemory<byte>.Empty, Token));

        Assert.Equal("SshChannelRefused", error.ErrorId);
        Assert.True(transport.IsOpen);
    }

    [Fact]
    public async Task A_command_that_waits_for_a_session_can_be_cancelled()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("MaxSessions 1");
        await using ISshTransport transport = await new SshNetConnector().ConnectAsync(sshd.Target(), Token);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task first = transport.ExecuteAsync("sleep 60", ReadOnlyMemory<byte>.Empty, end.Token);
        await Task.Delay(500, Token);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.ExecuteAsync("true", ReadOnlyMemory<byte>.Empty, limit.Token));

        Assert.False(first.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task A_host_where_too_many_others_are_logging_in_is_dialled_again_until_there_is_room()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("MaxStartups 2:100:2");
        using TcpClient one = new("127.0.0.1", sshd.Port);
        using TcpClient other = new("127.0.0.1", sshd.Port);
        await Task.Delay(500, Token);
        int pauses = 0;
        PatientSshConnector connector = new(new SshNetConnector(), (_, token) =>
        {
            if (++pauses == 3)
            {
                one.Close();
            }

            return Task.Delay(200, token);
        });

        await using ISshTransport transport = await connector.ConnectAsync(sshd.Target(), Token);

        Assert.True(transport.IsOpen);
        Assert.InRange(pauses, 3, PatientSshConnector.MaximumAttempts - 1);
    }

    [Fact]
    public async Task Ten_workstations_get_in_where_half_of_those_beyond_two_are_dropped()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("MaxStartups 2:50:3");
        ResolvedSshTarget target = sshd.Target();

        ISshTransport[] transports = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => new PatientSshConnector(new SshNetConnector()).ConnectAsync(target, Token)));

        Assert.Equal(10, sshd.Logins);
        await Task.WhenAll(transports.Select(transport => transport.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_host_that_keeps_hanging_up_is_told_after_a_bounded_number_of_attempts()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("MaxStartups 1:100:1");
        using TcpClient occupying = new("127.0.0.1", sshd.Port);
        await Task.Delay(500, Token);
        List<TimeSpan> pauses = [];
        PatientSshConnector connector = new(new SshNetConnector(), (pause, _) =>
        {
            pauses.Add(pause);
            return Task.CompletedTask;
        });

        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => connector.ConnectAsync(sshd.Target(), Token));

        Assert.Equal("SshHungUp", error.ErrorId);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{sshd.Port}"), error.Message, StringComparison.Ordinal);
        Assert.Equal(PatientSshConnector.MaximumAttempts - 1, pauses.Count);
        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.FromMilliseconds(50), PatientSshConnector.MaximumPause));
        Assert.InRange(pauses.Sum(pause => pause.TotalSeconds), 6, 20);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Exceeded MaxStartups\r\n", true)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", false)]
    public async Task Who_hung_up_before_it_said_who_it_is_is_told_from_who_said_so(string says, bool hungUp)
    {
        using StallingPeer peer = new(says, close: true);
        await using TestSshd sshd = await TestSshd.StartAsync();
        ResolvedSshTarget target = sshd.Target() with { Port = peer.Port };

        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => new SshNetConnector().ConnectAsync(target, Token));

        Assert.Equal(hungUp, error.ErrorId == "SshHungUp");
    }

    [Theory]
    [InlineData("SshLoginRefused", "10.0.0.6")]
    [InlineData("SshHostUnreachable", "10.0.0.6")]
    [InlineData("SshHungUp", "jump.example.com")]
    public async Task What_another_attempt_cannot_mend_or_has_been_tried_already_is_not_tried_again(string errorId, string subject)
    {
        int attempts = 0;
        ResolvedSshTarget target = new("10.0.0.6", 22, "ubuntu", [], [], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(30));
        PatientSshConnector connector = new(
            new FakeSshConnector(_ =>
            {
                attempts++;
                throw new EtcdSshException(errorId, "10.0.0.6:22", "", "", "") { Subject = subject == "10.0.0.6" ? target.ToString() : subject };
            }),
            (_, _) => Task.CompletedTask);

        await Assert.ThrowsAsync<EtcdSshException>(() => connector.ConnectAsync(target, Token));

        Assert.Equal(1, attempts);
    }
}
