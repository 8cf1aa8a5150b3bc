using System.Diagnostics;
using System.Net;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>
/// Really runs commands, on this machine, by the login shell chosen: scripts are tested for real without a host.
/// The folder <see cref="Bin"/> comes first on the PATH: a program there stands in for the host's.
/// By default <c>sudo</c> there just runs the command, and <c>id -u</c> says 1000, so that the way through sudo is taken also by root.
/// </summary>
public sealed class LocalShellTransport : ISshTransport
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcdha-shell-");
    private readonly List<string> _commands = [];

    /// <summary>Creates a transport.</summary>
    /// <param name="loginShell">Program and arguments before <c>-c</c>.</param>
    public LocalShellTransport(params string[] loginShell)
    {
        LoginShell = loginShell.Length == 0 ? ["/bin/sh"] : loginShell;
        Bin = _folder.CreateSubdirectory("bin").FullName;
        Home = _folder.CreateSubdirectory("home").FullName;
        Install("sudo", """
            [ "$1" = -n ] || exit 1
            shift
            exec "$@"
            """);
        Install("id", """
            [ "$*" = -u ] && echo 1000 || exec /usr/bin/id "$@"
            """);
    }

    public IReadOnlyList<string> LoginShell { get; }

    public string Bin { get; }

    public string Home { get; }

    /// <summary>The command lines seen, as a process list would show them.</summary>
    public IReadOnlyList<string> Commands => _commands;

    /// <summary>Breaks the connection after so many bytes of standard input; null: never.</summary>
    public int? BreakInputAt { get; set; }

    /// <summary>Takes /usr/bin and /bin out of the PATH: only <see cref="Bin"/> is left.</summary>
    public bool OnlyBin { get; set; }

    /// <summary>Puts a shell script in front of the host's programs.</summary>
    public void Install(string name, string script)
    {
        string path = Path.Combine(Bin, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Puts another program in the place of one, such as bash in the place of sh.</summary>
    public void Link(string name, string program) => File.CreateSymbolicLink(Path.Combine(Bin, name), program);

    public void Remove(string name) => File.Delete(Path.Combine(Bin, name));

    public async Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken)
    {
        int length = Math.Min(BreakInputAt ?? int.MaxValue, standardInput.Length);
        SshExecResult result = await ExecuteAsync(command, standardInput[..length], closeInput: true, cancellationToken);
        return BreakInputAt < standardInput.Length ? throw new EtcdSshException("SshConnectionLost", "local") : result;
    }

    /// <summary>Runs a command whose input may stay open behind what is given: a host that has not noticed the end of its connection.</summary>
    public async Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, bool closeInput, CancellationToken cancellationToken)
    {
        _commands.Add(command);

        // A session of its own, as sshd gives it: what is sent to the process group reaches nobody else.
        ProcessStartInfo start = new("/usr/bin/setsid", [.. LoginShell, "-c", command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Home,
        };
        start.Environment["PATH"] = OnlyBin ? Bin : $"{Bin}:/usr/bin:/bin";
        start.Environment["HOME"] = Home;
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration kill = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream);
        Task<byte[]> error = ReadAsync(process.StandardError.BaseStream);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(standardInput, CancellationToken.None);
            await process.StandardInput.BaseStream.FlushAsync(CancellationToken.None);
            if (closeInput)
            {
                process.StandardInput.Close();
            }
        }
        catch (IOException)
        {
            // It ended without reading everything.
        }

        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return new SshExecResult(process.ExitCode, null, await output, await error);
    }

    public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken) =>
        Task.FromResult<ISshForward>(new Direct(new IPEndPoint(IPAddress.Loopback, port)));

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A shell on top of this transport.</summary>
    public RemoteShell Shell() => new(this, "infra0");

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using MemoryStream content = new();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private sealed record Direct(IPEndPoint LocalEndPoint) : ISshForward
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
