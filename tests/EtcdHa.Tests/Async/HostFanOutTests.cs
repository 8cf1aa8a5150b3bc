using System.Diagnostics;
using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Async;

public sealed class HostFanOutTests : IDisposable
{
    private readonly PowerShellSession _session = new(import: false, typeof(InvokePumpCommand), typeof(SelectFirstCommand));

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_host_that_fails_is_an_error_that_names_it_and_the_others_go_on()
    {
        ScriptResult result = Run(["a0", "b1", "c2"], 3, (pipeline, host, _, _) =>
        {
            if (host == "b1")
            {
                throw new EtcdStagingException("PathNotFound", "/x");
            }

            pipeline.WriteObject(host);
            return Task.CompletedTask;
        });
        Assert.Equal(["a0", "c2"], result.As<string>().Order());
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("b1: There is no file or folder '/x'.", error.ErrorDetails.Message);
        Assert.Equal("b1", error.TargetObject);
        Assert.Null(result.Terminating);
    }

    [Fact]
    public void A_result_is_written_as_soon_as_it_exists()
    {
        var firstSeen = new TaskCompletionSource();
        ScriptResult result = Run(["slow", "fast"], 2, async (pipeline, host, _, token) =>
        {
            if (host == "slow")
            {
                await firstSeen.Task.WaitAsync(TimeSpan.FromSeconds(10), token);
            }

            pipeline.WriteObject(host);
            firstSeen.TrySetResult();
        });
        Assert.Equal(["fast", "slow"], result.RequireNoErrors().As<string>());
    }

    [Fact]
    public void No_more_hosts_than_the_limit_are_worked_on_at_once_and_no_fewer()
    {
        int now = 0;
        int most = 0;
        Run([.. Enumerable.Range(0, 12).Select(i => $"h{i}")], 3, async (_, _, _, token) =>
        {
            int running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            await Task.Delay(50, token);
            Interlocked.Decrement(ref now);
        }).RequireNoErrors();
        Assert.Equal(3, most);
    }

    [Fact]
    public void A_timeout_that_was_not_translated_is_an_error_of_its_host() =>
        Assert.IsType<TimeoutException>(Assert.Single(Run(["a"], 1, (_, _, _, _) => throw new TaskCanceledException("inner")).Errors).Exception);

    [Fact]
    public void An_early_end_cancels_the_hosts_still_at_work()
    {
        int cancelled = 0;
        var watch = Stopwatch.StartNew();
        ScriptResult result = Run(["a", "b", "c"], 3, async (pipeline, host, _, token) =>
        {
            if (host == "a")
            {
                pipeline.WriteObject(host);
            }

            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
                throw;
            }
        }, " | Select-First");
        Assert.Equal(["a"], result.RequireNoErrors().As<string>());
        Assert.Equal(3, cancelled);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Progress_has_one_parent_a_child_a_host_and_ends_completed()
    {
        ScriptResult result = Run(["a", "b"], 2, (_, host, progress, _) =>
        {
            progress.Report("Connecting");
            return host == "b" ? throw new EtcdStagingException("PathNotFound", "b") : Task.CompletedTask;
        });
        int parent = result.Progress[0].ActivityId;
        Assert.Equal("Test", result.Progress[0].Activity);
        Assert.Equal(["a", "b"], result.Progress.Where(p => p.ParentActivityId == parent).Select(p => p.Activity).Distinct().Order());
        Assert.All(result.Progress.GroupBy(p => p.ActivityId), activity => Assert.Equal(ProgressRecordType.Completed, activity.Last().RecordType));
    }

    [Fact]
    public void A_host_that_reports_often_is_shown_ten_times_a_second_at_most()
    {
        ScriptResult result = Run(["a"], 1, async (_, _, progress, token) =>
        {
            for (int i = 0; i < 100; i++)
            {
                progress.Report($"step {i}");
                await Task.Delay(2, token);
            }
        });
        int shown = result.Progress.Count(p => p.Activity == "a" && p.RecordType == ProgressRecordType.Processing);
        Assert.InRange(shown, 1, 50);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen) is var before && before == seen ? value : before;
        }
    }

    private ScriptResult Run(
        string[] hosts, int throttleLimit, Func<IPipeline, string, IProgress<string>, CancellationToken, Task> work, string then = "")
    {
        var probe = new PumpProbe
        {
            Work = (pipeline, token) => HostFanOut.RunAsync(
                pipeline, "Test", hosts, host => host, throttleLimit, (host, progress, ct) => work(pipeline, host, progress, ct), token),
        };
        _session.Runspace.SessionStateProxy.SetVariable("probe", probe);
        return _session.Invoke("Invoke-Pump $probe" + then);
    }
}
