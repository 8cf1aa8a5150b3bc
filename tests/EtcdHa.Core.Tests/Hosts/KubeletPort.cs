using System.Net;
using System.Net.Sockets;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>
/// The kubelet's healthz port, 127.0.0.1:10248, open once a kubelet has read its configuration and opened the manifest folder. The
/// port is the kubelet's own, so it cannot be left to the system: who holds this has it alone among all runs of these tests.
/// </summary>
internal sealed class KubeletPort : IDisposable
{
    /// <summary>The collection of test classes that need the port: one at a time, so that none waits for another.</summary>
    public const string Users = "Kubelet port";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly FileStream _turn;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 10248);

    public KubeletPort()
    {
        _turn = Eventually<IOException, FileStream>(() => new FileStream(
            Path.Combine(Path.GetTempPath(), "etcdha-tests-port-10248"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        try
        {
            // Whoever else has it may only have asked the system for a port.
            Eventually<SocketException, bool>(() =>
            {
                _listener.Start();
                return true;
            });
        }
        catch
        {
            _turn.Dispose();
            throw;
        }
    }

    /// <summary>Closes the port; it stays reserved.</summary>
    public void Close() => _listener.Stop();

    public void Dispose()
    {
        _listener.Dispose();
        _turn.Dispose();
    }

    private static T Eventually<TException, T>(Func<T> attempt)
        where TException : Exception
    {
        for (DateTime end = DateTime.UtcNow + Patience; ; Thread.Sleep(50))
        {
            try
            {
                return attempt();
            }
            catch (TException) when (DateTime.UtcNow < end)
            {
                // Another run of the tests, or another program, has it.
            }
        }
    }
}
