using System.Net.Sockets;
using System.Threading.Channels;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// A TCP connection that a host makes, as a channel of its SSH connection (RFC 4254, 5 and 7.2). What is received is at most
/// one window ahead of who reads it; a peer that sends more ends the channel.
/// </summary>
internal sealed class SshDirectChannel : IDisposable
{
    private const int Window = 2 << 20;
    private const int Packet = 32 << 10;

    // A peer that closed may still be owed the last bytes; then nobody waits for it.
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);

    private readonly Session _session;
    private readonly uint _number;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<ReadOnlyMemory<byte>> _received = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly object _lock = new();
    private readonly object _sending = new();
    private uint _peer;
    private long _peerWindow;
    private int _peerPacket;
    private int _credit = Window;
    private bool _isOver;
    private bool _isDisposed;
    private bool _isCloseSent;

    private SshDirectChannel(Session session, uint number)
    {
        _session = session;
        _number = number;
        session.ChannelOpenConfirmationReceived += OnOpened;
        session.ChannelOpenFailureReceived += OnRefused;
        session.ChannelDataReceived += OnData;
        session.ChannelWindowAdjustReceived += OnWindow;
        session.ChannelEofReceived += OnEof;
        session.ChannelCloseReceived += OnClose;
        session.Disconnected += OnDisconnected;
        session.ErrorOccured += OnDisconnected;
    }

    /// <summary>Opens a channel.</summary>
    /// <param name="session">The host's connection.</param>
    /// <param name="number">The channel's number, not used by any other channel of the connection.</param>
    /// <param name="host">Address or name to connect to, as the host sees it.</param>
    /// <param name="port">TCP port there.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="SshChannelRefusedException">The host does not connect.</exception>
    /// <exception cref="SshConnectionException">The host's connection broke.</exception>
    public static async Task<SshDirectChannel> OpenAsync(Session session, uint number, string host, int port, CancellationToken cancellationToken)
    {
        SshDirectChannel channel = new(session, number);
        try
        {
            ChannelOpenMessage open = new(number, Window, Packet, new DirectTcpipInfo(host, port));
            await Blocking.Run(() => SshNetInternals.SendMessage(session, open)).WaitAsync(cancellationToken).ConfigureAwait(false);
            await channel._opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Carries bytes both ways between the channel and a socket until one of them ends. Never throws; closes both.</summary>
    /// <param name="socket">The socket.</param>
    public async Task CarryAsync(Socket socket)
    {
        Task sending = Blocking.Run(() => SendAll(socket));
        await Task.WhenAny(sending, ReceiveAllAsync(socket)).ConfigureAwait(false);
        await sending.WaitAsync(LingerTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
        socket.Dispose();
    }

    /// <summary>Closes the channel, without waiting for the host.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        End();
        _session.ChannelDataReceived -= OnData;
        _session.ChannelWindowAdjustReceived -= OnWindow;
        _session.ChannelEofReceived -= OnEof;
        _session.ChannelCloseReceived -= OnClose;
        if (_opened.Task.IsCompletedSuccessfully)
        {
            _ = Blocking.Run(() => Send(new ChannelCloseMessage(_peer)));
        }

        if (_opened.Task.IsCompleted)
        {
            Forget();
        }
    }

    // The peer's answer to the opening may come after nobody waits for it any more: then the channel is closed at once.
    private void OnOpened(object? sender, MessageEventArgs<ChannelOpenConfirmationMessage> e)
    {
        if (e.Message.LocalChannelNumber != _number)
        {
            return;
        }

        bool isLate;
        lock (_lock)
        {
            _peer = e.Message.RemoteChannelNumber;
            _peerWindow = e.Message.InitialWindowSize;
            _peerPacket = (int)Math.Min(e.Message.MaximumPacketSize, Packet);
            isLate = _isDisposed;
            _opened.TrySetResult();
        }

        if (isLate)
        {
            Forget();
            _ = Blocking.Run(() => Send(new ChannelCloseMessage(_peer)));
        }
    }

    private void OnRefused(object? sender, MessageEventArgs<ChannelOpenFailureMessage> e)
    {
        if (e.Message.LocalChannelNumber == _number)
        {
            _opened.TrySetException(new SshChannelRefusedException(e.Message.ReasonCode, e.Message.Description));
            Forget();
        }
    }

    private void OnData(object? sender, MessageEventArgs<ChannelDataMessage> e)
    {
        if (e.Message.LocalChannelNumber != _number)
        {
            return;
        }

        bool isWithinWindow;
        lock (_lock)
        {
            _credit -= e.Message.Size;
            isWithinWindow = _credit >= 0;
        }

        if (isWithinWindow)
        {
            // The message's buffer is used again for the next one.
            _received.Writer.TryWrite(e.Message.Data.AsSpan(e.Message.Offset, e.Message.Size).ToArray());
        }
        else
        {
            End();
        }
    }

    private void OnWindow(object? sender, MessageEventArgs<ChannelWindowAdjustMessage> e)
    {
        if (e.Message.LocalChannelNumber == _number)
        {
            lock (_lock)
            {
                _peerWindow += e.Message.BytesToAdd;
                Monitor.PulseAll(_lock);
            }
        }
    }

    private void OnEof(object? sender, MessageEventArgs<ChannelEofMessage> e)
    {
        if (e.Message.LocalChannelNumber == _number)
        {
            _received.Writer.TryComplete();
        }
    }

    private void OnClose(object? sender, MessageEventArgs<ChannelCloseMessage> e)
    {
        if (e.Message.LocalChannelNumber == _number)
        {
            End();
        }
    }

    private void OnDisconnected(object? sender, EventArgs e)
    {
        _opened.TrySetException(new SshConnectionException("The connection was lost."));
        End();
        Forget();
    }

    // Nothing more comes, and nothing more is sent. What was received is still there to read.
    private void End()
    {
        _received.Writer.TryComplete();
        lock (_lock)
        {
            _isOver = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Forget()
    {
        _session.ChannelOpenConfirmationReceived -= OnOpened;
        _session.ChannelOpenFailureReceived -= OnRefused;
        _session.Disconnected -= OnDisconnected;
        _session.ErrorOccured -= OnDisconnected;
    }

    private async Task ReceiveAllAsync(Socket socket)
    {
        try
        {
            int read = 0;
            await foreach (ReadOnlyMemory<byte> bytes in _received.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                for (int sent = 0; sent < bytes.Length;)
                {
                    sent += await socket.SendAsync(bytes[sent..], SocketFlags.None).ConfigureAwait(false);
                }

                read += bytes.Length;
                if (read >= Window / 2)
                {
                    GiveCredit(read);
                    read = 0;
                }
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Who reads has gone.
        }
    }

    private void GiveCredit(int bytes)
    {
        lock (_lock)
        {
            _credit += bytes;
            if (_isOver)
            {
                return;
            }
        }

        Send(new ChannelWindowAdjustMessage(_peer, (uint)bytes));
    }

    // On a thread of its own: sending blocks when the host takes no more.
    private void SendAll(Socket socket)
    {
        byte[] buffer = new byte[Packet];
        try
        {
            for (int length; (length = socket.Receive(buffer)) > 0;)
            {
                for (int sent = 0, size; sent < length && (size = TakeWindow(length - sent)) > 0; sent += size)
                {
                    Send(new ChannelDataMessage(_peer, buffer, sent, size));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Who writes has gone.
        }
    }

    private int TakeWindow(int wanted)
    {
        lock (_lock)
        {
            while (_peerWindow == 0 && !_isOver)
            {
                Monitor.Wait(_lock);
            }

            int size = _isOver ? 0 : (int)Math.Min(Math.Min(wanted, _peerPacket), _peerWindow);
            _peerWindow -= size;
            return size;
        }
    }

    // Nothing may follow the closing message: a host ends the whole connection when something does.
    private void Send(Message message)
    {
        try
        {
            lock (_sending)
            {
                if (_isCloseSent)
                {
                    return;
                }

                _isCloseSent = message is ChannelCloseMessage;
                SshNetInternals.SendMessage(_session, message);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection broke: so did the channel.
            End();
        }
    }
}
