using System.Collections.Concurrent;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>One host on its way through the preflight: the questions it is asked, and what came back.</summary>
/// <param name="host">The host.</param>
/// <param name="subject">What the checks are about.</param>
/// <param name="marker">By which its temporary listener is found again.</param>
/// <param name="clock">The workstation's clock.</param>
internal sealed class HostExamination(PreflightHost host, PreflightSubject subject, string marker, TimeProvider clock)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    // Ctrl+C returns the prompt within 2 s, and the shell has its own way to end a script that does not answer.
    private static readonly TimeSpan HurriedStopTimeout = TimeSpan.FromSeconds(0.3);

    private static readonly IHostCheck[] Checks =
    [
        new ShellCheck(), new SystemdCheck(), new AddressCheck(), new SwapCheck(), new KubeletCheck(), new KubeadmCheck(), new RuntimeCheck(), new PortCheck(),
        new DiskSpaceCheck(), new WritablePathCheck(), new SecurityModuleCheck(), new DataDirectoryCheck(), new CertificatesCheck(), new ManifestCheck(),
    ];

    // What was found on the way, beside what is evaluated at the end; two questions may be open at a time.
    private readonly ConcurrentQueue<CheckResult> _results = [];

    private string _probe = "";
    private string _stopped = "";

    /// <summary>The host.</summary>
    public PreflightHost Host => host;

    /// <summary>What the checks are about.</summary>
    public PreflightSubject Subject => subject;

    /// <summary>What the look told; null when there was none.</summary>
    public HostFacts? Facts { get; private set; }

    /// <summary>Its clock; null when it told no time.</summary>
    public ClockSample? Clock { get; private set; }


    /// <summary>The one look. A host that cannot be looked at is a result, not an exception.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (host.Session is not { } session)
        {
            _results.Enqueue(CheckResult.Of(EtcdHostCheckKind.Ssh, host.Failure!, host.HostName));
            return;
        }

        HostStep[] steps = [.. Checks.SelectMany(c => c.Steps(subject))];
        string script = PreflightScript.Of([ClockSample.Script, .. Checks.Select(c => c.Script(subject)), TemporaryListener.Script(subject, marker), ClockSample.Script]);
        DateTimeOffset asked = clock.GetUtcNow();
        try
        {
            (HostState state, string output) = await session.ObserveAsync(steps, script, cancellationToken).ConfigureAwait(false);
            Clock = ClockSample.Of(asked, clock.GetUtcNow(), HostLook.Values(output, "clock"));
            Facts = new HostFacts(state, output);
        }
        catch (EtcdHaException e)
        {
            _results.Enqueue(CheckResult.Of(e is EtcdSudoException ? EtcdHostCheckKind.Sudo : e is EtcdHostException ? EtcdHostCheckKind.Shell : EtcdHostCheckKind.Ssh, e, host.HostName));
        }
    }

    /// <summary>Tries connections, looks for the image and times writes, beside each other.</summary>
    /// <param name="endpoints">Where to connect to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ProbeAsync(IReadOnlyList<(EtcdMember Member, int Port)> endpoints, CancellationToken cancellationToken)
    {
        if (Facts is null)
        {
            return;
        }

        Task<string> probe = RunAsync(
            EtcdHostCheckKind.Reachability, "try connections", [ReachabilityCheck.Script(endpoints), ImageCheck.Script(subject, Facts)], ProbeTimeout, cancellationToken);
        if (!subject.Options.SkipDiskLatency)
        {
            string latency = await RunAsync(
                EtcdHostCheckKind.DiskLatency, "time writes", [DiskLatencyCheck.Script(subject.Topology)], DiskLatencyCheck.Timeout, cancellationToken).ConfigureAwait(false);
            _results.Enqueue(DiskLatencyCheck.Evaluate(latency));
        }

        _probe = await probe.ConfigureAwait(false);
    }

    /// <summary>Ends the temporary listener. It is done whatever happened before; where the connection is gone, the listener ends by itself.</summary>
    /// <param name="isHurried">True after Ctrl+C: a host that hangs is not waited for.</param>
    public async Task StopListenerAsync(bool isHurried)
    {
        if (host.Session is not null && (Facts is null || Facts.Value("listener-started") is not null))
        {
            using CancellationTokenSource limit = new(isHurried ? HurriedStopTimeout : StopTimeout);
            try
            {
                _stopped = await RunAsync(null, "end the temporary listener", [TemporaryListener.StopScript(marker)], StopTimeout, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // It ends by itself.
            }
        }
    }

    /// <summary>Whether somebody listens on one of the member's ports; null when the host could not be looked at.</summary>
    /// <param name="port">The port.</param>
    public bool? IsListening(int port) => Facts is null ? null
        : ListeningProcesses.Read(Facts).Holder(System.Net.IPAddress.Parse(subject.Member.Address), port) is not null
            || (HostLook.Values(_stopped, "listener-was").Contains("listening") && Facts.Values("listener").Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The image on this host; null when it was not looked at.</summary>
    public CheckResult? Image() => Facts is null ? null : ImageCheck.Evaluate(subject, Facts, _probe);

    /// <summary>Judges what the host told by itself, and its connections.</summary>
    /// <param name="endpoints">Where connections were tried to.</param>
    public IEnumerable<CheckResult> Evaluate(IEnumerable<ReachableEndpoint> endpoints)
    {
        if (Facts is null)
        {
            return _results;
        }

        string user = Facts.State.User;
        return
        [
            CheckResult.Pass(EtcdHostCheckKind.Ssh, $"{user} logs in"),
            CheckResult.Pass(EtcdHostCheckKind.Sudo, user == "root" ? "logs in as root" : $"{user} runs commands as root without a question"),
            .. _results,
            .. Checks.SelectMany(Evaluated),
            .. ReachabilityCheck.Evaluate(_probe, subject.Member, endpoints),
        ];
    }

    private IEnumerable<CheckResult> Evaluated(IHostCheck check)
    {
        try
        {
            return [.. check.Evaluate(subject, Facts!)];
        }
        catch (EtcdHostException e)
        {
            return [CheckResult.Of(EtcdHostCheckKind.Shell, e, host.HostName)];
        }
    }

    // What fails here is a result of its own check; the other checks are not lost with it.
    private async Task<string> RunAsync(EtcdHostCheckKind? kind, string what, IEnumerable<string> parts, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            RemoteOutput output = await host.Session!.RunAsync(what, PreflightScript.Of(parts), [], timeout, cancellationToken).ConfigureAwait(false);
            return output.Text;
        }
        catch (EtcdHaException e)
        {
            if (kind is { } of)
            {
                _results.Enqueue(CheckResult.Of(of, e, host.HostName));
            }

            return "";
        }
    }
}
