using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Commands;

/// <summary>A cmdlet that works on every member's host over SSH, all hosts in parallel; a host that fails is an error of its own and the others go on.</summary>
public abstract class HostCommand : SshCommand
{
    /// <summary>How many hosts are worked on at the same time. Results come as hosts are done, not in the order of the input.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = HostFanOut.DefaultThrottleLimit;

    /// <summary>The heading of the command's progress.</summary>
    private protected abstract string Activity { get; }

    private protected override string TargetOf(MemberWork work) => $"{work.Member.Name} ({Targets.Resolve(work.Member, work.Topology)})";

    private protected sealed override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        ISshConnector connector = Connector(pipeline);
        int succeeded = 0;
        await HostFanOut.RunAsync(
            pipeline,
            Activity,
            members,
            work => work.Member.Name,
            ThrottleLimit,
            async (work, progress, token) =>
            {
                var output = new HostOutput(pipeline, progress);
                Prepare(work);
                ResolvedSshTarget target = Targets.Resolve(work.Member, work.Topology);
                foreach (string notice in target.Notices)
                {
                    output.Log.Verbose($"{work.Member}: {notice}");
                }

                output.Log.Verbose($"{work.Member}: {Reaching(target)}");
                HostRun? run = Effect is null ? null : new HostRun(ThisRun.On(work.Topology), output.Log);
                await using HostSession session = await HostSession.OpenAsync(connector, target, run, token, output.Log).ConfigureAwait(false);
                await RunAsync(work, session, output, token).ConfigureAwait(false);
                await session.EndEarlierRunAsync(token).ConfigureAwait(false);
                Interlocked.Increment(ref succeeded);
            },
            cancellationToken).ConfigureAwait(false);
        if (Verdict(members.Count - succeeded) is { } verdict)
        {
            pipeline.WriteObject(verdict);
        }
    }

    /// <summary>Refuses a host's work before it is connected to, off the pipeline thread.</summary>
    private protected virtual void Prepare(MemberWork work)
    {
    }

    /// <summary>Works on one host, off the pipeline thread.</summary>
    private protected abstract Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken);

    /// <summary>What is written after all hosts are done, or null.</summary>
    /// <param name="failedHosts">How many hosts ended with an error.</param>
    private protected virtual object? Verdict(int failedHosts) => null;
}
