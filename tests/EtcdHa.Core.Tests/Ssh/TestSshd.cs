using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>A throw-away sshd on a loopback port, with keys of its own in a temporary folder; gone when disposed.</summary>
public sealed partial class TestSshd : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";

    private readonly DirectoryInfo _folder;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    private TestSshd(DirectoryInfo folder, int port)
    {
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    public string UserName { get; } = Environment.UserName;

    public string Log => string.Join('\n', _log);

    /// <summary>Why no sshd can be started here; null when one can.</summary>
    public static string? Missing => !File.Exists(Program) ? Program + " is not installed"
        : !File.Exists("/usr/bin/ssh-keygen") ? "ssh-keygen is not installed"
        : null;

    /// <summary>Starts an sshd and waits until it listens.</summary>
    /// <param name="options">Lines of sshd_config that come before the others, so that they win.</param>
    public static Task<TestSshd> StartAsync(params string[] options) => StartAsync(null, _ => options);

    /// <summary>Starts an sshd that needs more files.</summary>
    /// <param name="prepare">Makes them, when the keys are there, and gives the lines of sshd_config.</param>
    public static Task<TestSshd> StartAsync(Func<TestSshd, string[]> prepare) => StartAsync(null, prepare);

    /// <summary>Starts an sshd that takes a password for root: it sees a shadow file of its own, in a mount namespace of its own.</summary>
    /// <param name="password">The password.</param>
    /// <param name="options">As for <see cref="StartAsync(string[])"/>.</param>
    public static Task<TestSshd> StartWithPasswordAsync(string password, params string[] options)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a mount namespace takes root");
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed");
        return StartAsync(password, _ => options);
    }

    private static async Task<TestSshd> StartAsync(string? password, Func<TestSshd, string[]> prepare)
    {
        Assert.SkipUnless(Missing is null, Missing ?? "");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("etcdha-sshd-");
        TestSshd sshd = new(folder, FreePort());
        sshd.CreateKey("host_ed25519", "ed25519");
        sshd.CreateKey("host_ecdsa", "ecdsa");
        sshd.CreateKey("host_rsa", "rsa");
        sshd.CreateKey("user", "ed25519");
        File.Copy(sshd.PathOf("user.pub"), sshd.PathOf("authorized_keys"));
        sshd.WriteConfiguration(prepare(sshd));
        if (password is not null)
        {
            File.WriteAllText(sshd.PathOf("shadow"), $"root:{Run("/usr/bin/openssl", "passwd", "-6", password).Trim()}:19000:0:99999:7:::\n");
        }

        await sshd.ListenAsync();
        return sshd;
    }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Makes a key pair; an RSA key of 2048 bits, to be quick.</summary>
    public string CreateKey(string name, string type, string passphrase = "")
    {
        List<string> arguments = ["-q", "-t", type, "-N", passphrase, "-C", name, "-f", PathOf(name)];
        Run("/usr/bin/ssh-keygen", type == "rsa" ? [.. arguments, "-b", "2048"] : [.. arguments]);
        return PathOf(name);
    }

    /// <summary>Signs a public key with a CA of its own name, made when it is not there yet.</summary>
    /// <param name="key">The key's name.</param>
    /// <param name="ca">The CA key's name.</param>
    /// <param name="arguments">More of ssh-keygen's: <c>-h</c> for a host, <c>-n</c> its names, <c>-V</c> its dates.</param>
    /// <returns>The certificate's path.</returns>
    public string Certify(string key, string ca, params string[] arguments)
    {
        if (!File.Exists(PathOf(ca)))
        {
            CreateKey(ca, "ed25519");
        }

        string said = Run("/usr/bin/ssh-keygen", ["-q", "-s", PathOf(ca), "-I", "id of " + key, .. arguments, PathOf(key + ".pub")]);
        Assert.True(File.Exists(PathOf(key + "-cert.pub")), said);
        return PathOf(key + "-cert.pub");
    }

    /// <summary>Type and blob of a public key.</summary>
    public string PublicKey(string name) => string.Join(' ', File.ReadAllText(PathOf(name + ".pub")).Split(' ')[..2]);

    /// <summary>A file with known_hosts lines; <c>%h</c> stands for <c>[127.0.0.1]:port</c>.</summary>
    public string KnownHosts(params string[] lines)
    {
        string path = PathOf("known_hosts-" + Guid.NewGuid().ToString("N"));
        File.WriteAllLines(path, lines.Select(line => line.Replace("%h", $"[127.0.0.1]:{Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)));
        return path;
    }

    /// <summary>What ssh itself says of the host key, with one known_hosts file: Trusted, Unknown, Changed or Revoked.</summary>
    /// <param name="knownHosts">The file.</param>
    /// <param name="options">More of ssh's options; they win.</param>
    public string Judge(string knownHosts, params string[] options)
    {
        string said = Run(
            "/usr/bin/ssh",
            [.. options, "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + knownHosts, "-o", "GlobalKnownHostsFile=none",
                "-o", "IdentitiesOnly=yes", "-i", PathOf("user"), "-p", Port.ToString(CultureInfo.InvariantCulture), "127.0.0.1", "echo trusted"]);
        return said.Contains("HOST IDENTIFICATION HAS CHANGED", StringComparison.Ordinal) ? "Changed"
            : said.Contains("REVOKED HOST KEY", StringComparison.Ordinal) || said.Contains(" revoked by file ", StringComparison.Ordinal) ? "Revoked"
            : said.Contains("host key is known for", StringComparison.Ordinal) ? "Unknown"
            : said.StartsWith("trusted", StringComparison.Ordinal) ? "Trusted"
            : said;
    }

    /// <summary>Kills sshd, its sessions and their commands: no goodbye is sent.</summary>
    public void Kill() => _process?.Kill(entireProcessTree: true);

    /// <summary>Kills every session, as a network that breaks does; sshd goes on.</summary>
    public void KillSessions() => Run("/usr/bin/pkill", "-KILL", "-P", _process!.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>How many times somebody logged in with a key.</summary>
    public int Logins => _log.Count(line => line.StartsWith("Accepted publickey for ", StringComparison.Ordinal));

    /// <summary>How many connections are open, logged in or not.</summary>
    public int Sessions => Run("/usr/bin/pgrep", "-P", _process!.Id.ToString(CultureInfo.InvariantCulture)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>Starts it again after <see cref="Kill"/>, on the same port with the same keys.</summary>
    public async Task RestartAsync()
    {
        await _process!.WaitForExitAsync();
        _process.Dispose();
        await ListenAsync();
    }

    /// <summary>How often a text stands in the log.</summary>
    public int LogCount(string text) => _log.Count(line => line.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    public static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void WriteConfiguration(string[] options) => File.WriteAllLines(PathOf("sshd_config"),
    [
        .. options,
        $"ListenAddress 127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}",
        $"HostKey {PathOf("host_ed25519")}",
        $"HostKey {PathOf("host_ecdsa")}",
        $"HostKey {PathOf("host_rsa")}",
        $"AuthorizedKeysFile {PathOf("authorized_keys")}",
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PidFile none",
        "LogLevel VERBOSE",
    ]);

    private async Task ListenAsync()
    {
        if (Environment.UserName == "root")
        {
            Directory.CreateDirectory("/run/sshd");
        }

        TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] command = [Program, "-D", "-e", "-f", PathOf("sshd_config")];
        if (File.Exists(PathOf("shadow")))
        {
            command = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", "mount --bind \"$1\" /etc/shadow && shift && exec \"$@\"", "sh", PathOf("shadow"), .. command];
        }

        _process = new Process { StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true } };
        _process.ErrorDataReceived += (_, e) =>
        {
            _log.Enqueue(e.Data ?? "");
            if (e.Data?.Contains("Server listening", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult();
            }
        };
        _process.Start();
        _process.BeginErrorReadLine();
        try
        {
            await listening.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException("sshd did not start: " + Log);
        }
    }
}

/// <summary>One sshd for a class of tests.</summary>
public sealed class SshdFixture : IAsyncLifetime
{
    private TestSshd? _sshd;

    /// <summary>The sshd; skips the test where none can be started.</summary>
    public TestSshd Sshd
    {
        get
        {
            Assert.SkipWhen(_sshd is null, TestSshd.Missing ?? "sshd did not start");
            return _sshd!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (TestSshd.Missing is null)
        {
            _sshd = await TestSshd.StartAsync("MaxStartups 100");
        }
    }

    public ValueTask DisposeAsync() => _sshd?.DisposeAsync() ?? ValueTask.CompletedTask;
}
