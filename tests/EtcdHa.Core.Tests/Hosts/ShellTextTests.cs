using System.Text.RegularExpressions;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>Values reach a shell through <see cref="PosixShell"/> only, and commands reach a host through <see cref="RemoteShell"/> only.</summary>
public sealed partial class ShellTextTests
{
    // Whatever a value may do to a command line that it stands in bare or in quotes of either kind.
    private const string Hostile = "/x'\"$(reboot)`reboot`;reboot\n|&<>*?~{a,b}\\ !! #";

    public static TheoryData<string, string> Scripts() => new()
    {
        { "paths", HostLook.Script([Hostile, "~/" + Hostile], []) },
        { "units", HostLook.Script([], [Hostile]) },
        { "files", MemberFilesInspection.Script(Hostile, [Hostile + ".crt", Hostile + ".key"]) },
        { "restart", UnitRestart.Script(Hostile, TimeSpan.FromSeconds(5)) },
        { "placement", HostPlacement.Script(Changes(), State(), "0123456789ABCDEF").Script },
        { "data directory", DataDirectoryLook.Script(Samples.Page() with { DataDirectory = Hostile }) },
        { "member files", MemberFilesChecker.Script(Samples.Page() with { CertificatesDirectory = Hostile }, true) },
        { "lock", HostLockScript.Around(Run(), false, Hostile, Hostile, [Hostile], "true\n") },
        { "lock taken", HostLockScript.Acquire(Run(), true, Hostile) },
        { "lock kept", HostLockScript.Beat(Run()) + HostLockScript.Release(Run()) },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_hostile_value_stands_in_quotes_wherever_it_stands(string name, string script)
    {
        Assert.NotEmpty(name);

        // Quoted words are taken out whole; nothing of a value is left over.
        string rest = QuotedWord().Replace(script, "");

        Assert.Contains("reboot", script, StringComparison.Ordinal);
        Assert.DoesNotContain("reboot", rest, StringComparison.Ordinal);
    }

    private static HostRun Run() => new(new RunIdentity(Hostile, Hostile, 1, Hostile, Hostile, Hostile), OperationLog.Silent);

    private static HostState State() => new("infra0", "ubuntu", "ubuntu", Hostile, new Dictionary<string, PathState>(), new Dictionary<string, UnitState>());

    private static IReadOnlyList<StepChange> Changes()
    {
        HostStep[] steps =
        [
            new DirectoryStep(Hostile, 0x1ED, Enforce: true),
            new FileStep(Hostile + "/file", new byte[] { 1 }, HostStep.RootOwner, 0x180, Hostile),
        ];
        HostState absent = State() with { Paths = steps.ToDictionary(s => s.Target, _ => PathState.Absent) };
        return StepComparer.Compare(steps, absent);
    }

    // '…' with '\'' inside, as PosixShell writes it.
    [GeneratedRegex(@"'[^']*'(?:\\''[^']*')*")]
    private static partial Regex QuotedWord();
}
