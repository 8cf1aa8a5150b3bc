using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>A real sshd behind a relay that stops passing on what it says, in each phase of a connection: cancelling does not wait for it.</summary>
public sealed class SshPhaseTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    // A connect timeout of a minute is what would have to pass; the 2 s that are promised are measured by the lab's StopTests.
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Bytes of sshd: none, part of its version, its version, part of its key exchange, host key, login.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(42)]
    [InlineData(400)]
    [InlineData(1200)]
    [InlineData(1700)]
    [InlineData(2300)]
    public async Task Fault22_cancelling_while_connecting_does_not_wait_whatever_phase_it_is_in(int bytes)
    {
        using StallingRelay relay = new(fixture.Sshd.Port, bytes);
        ResolvedSshTarget target = fixture.Sshd.Target() with { Port = relay.Port, ConnectTimeout = TimeSpan.FromMinutes(1), HostKeyPolicy = EtcdHostKeyPolicy.Pinned, HostKeyFingerprint = Fingerprint() };
        using CancellationTokenSource cancel = new();
        Task<ISshTransport> connecting = new SshNetConnector().ConnectAsync(target, cancel.Token);
        await relay.Stalled.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.False(connecting.IsCompleted);

        Stopwatch watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, CancelLimit);
    }

    [Theory]
    [InlineData("sleep 0.2; echo late; exec sleep 60", 100)]
    [InlineData("head -c 3000000 /dev/zero", 400_000)]
    [InlineData("cat >/dev/null; exec sleep 60", 0)]
    public async Task Fault22_cancelling_a_command_of_a_host_that_fell_silent_does_not_wait_nor_does_a_later_one(string command, int more)
    {
        using StallingRelay relay = new(fixture.Sshd.Port, int.MaxValue);
        ResolvedSshTarget target = fixture.Sshd.Target() with { Port = relay.Port, HostKeyPolicy = EtcdHostKeyPolicy.Pinned, HostKeyFingerprint = Fingerprint() };
        await using ISshTransport transport = await new SshNetConnector().ConnectAsync(target, Token);
        using CancellationTokenSource cancel = new();
        relay.StallAfter(more);
        Task<SshExecResult> running = transport.ExecuteAsync(command, new byte[1 << 20], cancel.Token);
        await relay.Stalled.WaitAsync(TimeSpan.FromSeconds(30), Token);

        Stopwatch watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, CancelLimit);

        // A host that fell silent is not known to be lost, but it holds no later command that is cancelled either.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(1));
        watch.Restart();
        Exception? later = await Record.ExceptionAsync(() => transport.ExecuteAsync("true", ReadOnlyMemory<byte>.Empty, limit.Token));
        Assert.True(later is OperationCanceledException or EtcdSshException, $"{later}");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, CancelLimit);
    }

    private string Fingerprint() => "SHA256:" + Convert.ToBase64String(
        System.Security.Cryptography.SHA256.HashData(Convert.FromBase64String(fixture.Sshd.PublicKey("host_ed25519").Split(' ')[1]))).TrimEnd('=');

    /// <summary>Passes bytes on between a client and a port of this machine, until it has passed so many of the server's.</summary>
    private sealed class StallingRelay : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _ending = new();
        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly int _server;
        private long _left;

        public StallingRelay(int server, int bytes)
        {
            _server = server;
            _left = bytes;
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = RelayAsync();
        }

        public int Port { get; }

        /// <summary>Ends when the last byte has been passed on.</summary>
        public Task Stalled => _stalled.Task;

        public void StallAfter(int bytes) => Interlocked.Exchange(ref _left, bytes);

        public void Dispose()
        {
            _ending.Cancel();
            _listener.Dispose();
        }

        private async Task RelayAsync()
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_ending.Token);
                using TcpClient server = new();
                await server.ConnectAsync(IPAddress.Loopback, _server, _ending.Token);
                Task up = client.GetStream().CopyToAsync(server.GetStream(), _ending.Token);
                await DownAsync(server.GetStream(), client.GetStream());
                await up;
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task DownAsync(NetworkStream from, NetworkStream to)
        {
            byte[] buffer = new byte[4096];
            while (true)
            {
                int count = await from.ReadAsync(buffer, _ending.Token);
                if (count == 0)
                {
                    return;
                }

                int passed = (int)Math.Min(count, Interlocked.Read(ref _left));
                await to.WriteAsync(buffer.AsMemory(0, passed), _ending.Token);
                if (Interlocked.Add(ref _left, -passed) <= 0)
                {
                    _stalled.TrySetResult();
                    await Task.Delay(Timeout.Infinite, _ending.Token);
                }
            }
        }
    }
}
