namespace EtcdHa.Core.Hosts;

/// <summary>A shell script to run on a host, and what it reads.</summary>
/// <param name="Step">What it does, as a phrase that completes "failed to …" in an error, such as <c>read /etc/os-release</c>.</param>
/// <param name="Text">
/// POSIX sh. It runs in a subshell under <c>set -eu</c>, umask 077, LC_ALL=C, in <c>/</c>, with standard input empty.
/// The function <c>input</c> writes the next of <see cref="Inputs"/> to its standard output and fails when the connection
/// broke before all of it came. Neither the text nor the inputs ever show in a process list.
/// </param>
public sealed record RemoteScript(string Step, string Text)
{
    /// <summary>The time a script may take when none is given.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>True to run it as root: directly for a root login, else through sudo (<see cref="RemoteSudo"/>).</summary>
    public bool AsRoot { get; init; }

    /// <summary>What the script fetches with <c>input</c>, in order; secrets may be among them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Inputs { get; init; } = [];

    /// <summary>Time allowed, from the request to the last byte of the answer.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>
    /// What runs in the same round trip as the signals when the caller cancels the script: there is time for one round trip only. A script of its own, which may meet the stopped
    /// one still cleaning up; empty for nothing. A timeout does not run it.
    /// </summary>
    public string OnCancelled { get; init; } = "";

    /// <summary>The step only: text and inputs may hold what a log must not.</summary>
    public override string ToString() => Step;
}
