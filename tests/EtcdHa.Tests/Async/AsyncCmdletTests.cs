using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Errors;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Async;

public sealed class AsyncCmdletTests : IDisposable
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(2);
    private readonly PowerShellSession _session = new(
        import: false, typeof(InvokePumpCommand), typeof(SendPumpCommand), typeof(TraceThreadCommand), typeof(SelectFirstCommand));

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Writes_from_many_threads_keep_the_order_of_the_calls_and_reach_one_thread()
    {
        var threads = new ConcurrentBag<int>();
        _session.Runspace.SessionStateProxy.SetVariable("threads", threads);
        ScriptResult result = Run("Invoke-Pump $probe | Trace-Thread $threads", async (pipeline, _) =>
        {
            for (int i = 0; i < 500; i++)
            {
                pipeline.WriteObject(i);
                await Task.Yield();
            }
        });
        Assert.Equal(Enumerable.Range(0, 500), result.RequireNoErrors().As<int>());
        Assert.Single(threads.Distinct());
    }

    [Fact]
    public void Every_stream_receives_what_is_written_to_it()
    {
        ScriptResult result = Run("$DebugPreference = 'Continue'; Invoke-Pump $probe -Verbose", (pipeline, _) =>
        {
            pipeline.WriteVerbose("verbose");
            pipeline.WriteDebug("debug");
            pipeline.WriteWarning("warning");
            pipeline.WriteInformation(new InformationRecord("information", "test"));
            pipeline.WriteProgress(new ProgressRecord(7, "activity", "status") { RecordType = ProgressRecordType.Completed });
            pipeline.WriteError(ErrorRecords.From(new EtcdTopologyException("SshTargetInvalid", "x"), "x"));
            return Task.CompletedTask;
        });
        Assert.Contains("verbose", result.Verbose);
        Assert.Contains("debug", result.Debug);
        Assert.Contains("warning", result.Warnings);
        Assert.Equal("information", Assert.Single(result.Information).MessageData);
        Assert.Equal(7, Assert.Single(result.Progress).ActivityId);
        Assert.Equal("SshTargetInvalid,EtcdHa.Tests.Async.InvokePumpCommand", Assert.Single(result.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void A_task_that_ignores_cancellation_is_left_behind_within_two_seconds_of_Ctrl_C()
    {
        var never = new TaskCompletionSource();
        Stopped stopped = StopAtItsQuickest((_, _) => never.Task);
        Assert.True(stopped.Took < Promise, $"took {stopped.Took}");
        Assert.Equal(PSInvocationState.Stopped, stopped.State);
        Assert.True(stopped.Probe.Cancelled.Task.IsCompleted);
        Assert.Empty(stopped.Errors);
    }

    [Fact]
    public void A_task_that_blocks_its_thread_is_left_behind_within_two_seconds_of_Ctrl_C()
    {
        using var never = new ManualResetEventSlim();
        Stopped stopped = StopAtItsQuickest((_, _) =>
        {
            never.Wait(TimeSpan.FromSeconds(20), CancellationToken.None);
            return Task.CompletedTask;
        });
        never.Set();
        Assert.True(stopped.Took < Promise, $"took {stopped.Took}");
    }

    [Fact]
    public void A_callback_that_hangs_on_cancellation_does_not_delay_Ctrl_C()
    {
        using var never = new ManualResetEventSlim();
        Stopped stopped = StopAtItsQuickest(async (_, token) =>
        {
            using CancellationTokenRegistration hung = token.Register(() => never.Wait(TimeSpan.FromSeconds(20), CancellationToken.None));
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
        });
        never.Set();
        Assert.True(stopped.Took < Promise, $"took {stopped.Took}");
    }

    [Fact]
    public void A_task_that_honours_cancellation_ends_at_once_and_leaves_no_error()
    {
        // Many times: the work's end and the stop race with each other. Whoever waits for work that has ended waits 1.5 s; a machine
        // under load may once take as long for nothing.
        int slow = 0;
        for (int i = 0; i < 50; i++)
        {
            Stopped stopped = StopWhileRunning((_, token) => Task.Delay(Timeout.Infinite, token));
            slow += stopped.Took < TimeSpan.FromSeconds(1) ? 0 : 1;
            Assert.Equal(PSInvocationState.Stopped, stopped.State);
            Assert.Empty(stopped.Errors);
        }

        Assert.InRange(slow, 0, 5);
    }

    [Fact]
    public async Task Calls_after_the_end_are_refused_quietly_and_questions_are_cancelled()
    {
        var release = new TaskCompletionSource();
        var late = new TaskCompletionSource<Task<bool>>();
        Stopped stopped = StopWhileRunning(async (pipeline, _) =>
        {
            await release.Task;
            pipeline.WriteObject("late");
            pipeline.WriteWarning("late");
            Task<bool> question = pipeline.ShouldProcessAsync("host", "act");
            late.SetResult(question);
        });
        release.SetResult();
        Task<bool> answer = await late.Task.WaitAsync(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Empty(stopped.Errors);
    }

    [Fact]
    public void An_early_end_downstream_cancels_the_work_and_disposes_the_cmdlet()
    {
        var probe = new PumpProbe
        {
            Work = async (pipeline, token) =>
            {
                pipeline.WriteObject("first");
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        var watch = Stopwatch.StartNew();
        ScriptResult result = Run("Invoke-Pump $probe | Select-First", probe);
        Assert.Equal("first", result.RequireNoErrors().As<string>().Single());
        Assert.True(probe.Cancelled.Task.IsCompleted);
        Assert.True(probe.Disposed.Task.IsCompleted);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Work_may_clean_up_after_an_early_end()
    {
        bool cleaned = false;
        Run("Invoke-Pump $probe | Select-First", async (pipeline, token) =>
        {
            pipeline.WriteObject("first");
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                await Task.Delay(200, CancellationToken.None);
                cleaned = true;
            }
        }).RequireNoErrors();
        Assert.True(cleaned);
    }

    [Fact]
    public void ErrorAction_Stop_ends_the_work()
    {
        var probe = new PumpProbe
        {
            Work = async (pipeline, token) =>
            {
                pipeline.WriteError(ErrorRecords.From(new EtcdTopologyException("SshTargetInvalid", "x"), "x"));
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        ScriptResult result = Run("Invoke-Pump $probe -ErrorAction Stop", probe);
        Assert.IsType<ActionPreferenceStopException>(result.Terminating);
        Assert.True(probe.Cancelled.Task.IsCompleted);
    }

    [Fact]
    public void ShouldProcess_is_asked_on_the_pipeline_thread_and_WhatIf_says_no()
    {
        bool? answer = null;
        Run("Invoke-Pump $probe -WhatIf", async (pipeline, _) => answer = await pipeline.ShouldProcessAsync("infra0", "Place file")).RequireNoErrors();
        Assert.False(answer);
        Run("Invoke-Pump $probe", async (pipeline, _) => answer = await pipeline.ShouldProcessAsync("infra0", "Place file")).RequireNoErrors();
        Assert.True(answer);
    }

    [Fact]
    public void Questions_of_parallel_tasks_are_asked_one_by_one_and_each_answered()
    {
        bool[] answers = [];
        Run("Invoke-Pump $probe", async (pipeline, _) => answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => pipeline.ShouldContinueAsync($"Overwrite {i}?", "Overwrite"))))).RequireNoErrors();
        Assert.Equal(Enumerable.Repeat(true, 20), answers);
        Assert.Equal(20, _session.Host.Questions.Distinct().Count());
    }

    [Fact]
    public void A_secret_is_asked_for_through_the_host_and_null_says_that_nobody_is_there()
    {
        List<int?> lengths = [];
        _session.Host.Secrets.Enqueue("four");
        _session.Host.Secrets.Enqueue("");
        Run("Invoke-Pump $probe", async (pipeline, _) =>
        {
            for (int i = 0; i < 3; i++)
            {
                using System.Security.SecureString? secret = await pipeline.AskSecretAsync("Passphrase of /key");
                lengths.Add(secret?.Length);
            }
        }).RequireNoErrors();
        Assert.Equal([4, 0, null], lengths);
        Assert.Equal(["Passphrase of /key: ", "Passphrase of /key: "], _session.Host.SecretQuestions);
    }

    [Fact]
    public void Nested_pumps_pass_objects_on_in_order()
    {
        ScriptResult result = Run("Invoke-Pump $probe | Send-Pump | Send-Pump", (pipeline, _) =>
        {
            for (int i = 0; i < 50; i++)
            {
                pipeline.WriteObject(i);
            }

            return Task.CompletedTask;
        });
        Assert.Equal(Enumerable.Range(0, 50), result.RequireNoErrors().As<int>());
    }

    [Fact]
    public void An_error_of_the_task_terminates_the_command_with_its_own_id_after_what_was_written_before()
    {
        ScriptResult result = Run("try { Invoke-Pump $probe } catch { $_ }", async (pipeline, _) =>
        {
            pipeline.WriteObject("before");
            await Task.Yield();
            throw new EtcdTopologyException("SshTargetInvalid", "x") { Subject = "x" };
        });
        Assert.Equal("before", result.Output[0].BaseObject);
        var error = (ErrorRecord)result.Output[1].BaseObject;
        Assert.Equal("SshTargetInvalid,EtcdHa.Tests.Async.InvokePumpCommand", error.FullyQualifiedErrorId);
        Assert.Equal("x", error.TargetObject);
        Assert.IsType<EtcdTopologyException>(error.Exception);
    }

    [Fact]
    public void A_script_catches_the_typed_exception_by_name()
    {
        ScriptResult result = Run(
            "try { Invoke-Pump $probe } catch [EtcdHa.EtcdTopologyException] { 'caught' }",
            (_, _) => throw new EtcdTopologyException("SshTargetInvalid", "x"));
        Assert.Equal("caught", result.RequireNoErrors().Text());
    }

    [Fact]
    public void ThrowTerminatingError_reaches_the_caller_as_the_record_given()
    {
        ScriptResult result = Run("try { Invoke-Pump $probe } catch { $_ }", (pipeline, _) =>
        {
            pipeline.ThrowTerminatingError(new ErrorRecord(new InvalidOperationException("no"), "Chosen", ErrorCategory.ResourceBusy, "it"));
            return Task.CompletedTask;
        });
        var error = (ErrorRecord)result.Output.Single().BaseObject;
        Assert.Equal("Chosen,EtcdHa.Tests.Async.InvokePumpCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceBusy, error.CategoryInfo.Category);
    }

    [Fact]
    public void A_cancellation_nobody_asked_for_is_not_taken_for_success()
    {
        ScriptResult result = Run("try { Invoke-Pump $probe } catch { $_ }", (_, _) => throw new TaskCanceledException("inner timeout"));
        var error = (ErrorRecord)result.Output.Single().BaseObject;
        Assert.IsType<TimeoutException>(error.Exception);
    }

    [Fact]
    public void An_activity_left_open_is_completed()
    {
        ScriptResult result = Run("try { Invoke-Pump $probe } catch { }", (pipeline, _) =>
        {
            pipeline.WriteProgress(new ProgressRecord(7, "activity", "status"));
            throw new EtcdTopologyException("SshTargetInvalid", "x");
        });
        Assert.Equal(ProgressRecordType.Completed, result.Progress.Last(p => p.ActivityId == 7).RecordType);
    }

    // One chosen host, and the others are looked at for its sake.
    [Fact]
    public void More_hosts_at_work_than_were_counted_are_no_more_than_all_of_them()
    {
        ScriptResult result = Run("Invoke-Pump $probe", (pipeline, _) =>
        {
            var progress = new HostProgress(pipeline, "Removing", 1, TimeProvider.System);
            HostProgress.Child[] hosts = [.. new[] { "a", "b", "c" }.Select(progress.Start)];
            Assert.All(hosts, host => host.Dispose());
            progress.Complete();
            return Task.CompletedTask;
        });
        Assert.Null(result.Terminating);
        Assert.Equal("3 of 3 hosts done", result.Progress[^2].StatusDescription);
        Assert.Equal(100, result.Progress[^2].PercentComplete);
    }

    [Fact]
    public void No_synchronization_context_reaches_the_work()
    {
        SynchronizationContext? seen = new();
        Run("Invoke-Pump $probe", (_, _) =>
        {
            seen = SynchronizationContext.Current;
            return Task.CompletedTask;
        }).RequireNoErrors();
        Assert.Null(seen);
    }

    private ScriptResult Run(string script, Func<IPipeline, CancellationToken, Task> work) => Run(script, new PumpProbe { Work = work });

    private ScriptResult Run(string script, PumpProbe probe)
    {
        _session.Runspace.SessionStateProxy.SetVariable("probe", probe);
        return _session.Invoke(script);
    }

    // The promise is kept by a machine that has time to: one of three tries on a machine under load.
    private Stopped StopAtItsQuickest(Func<IPipeline, CancellationToken, Task> work)
    {
        Stopped stopped = StopWhileRunning(work);
        for (int more = 2; more > 0 && stopped.Took >= Promise; more--)
        {
            stopped = StopWhileRunning(work);
        }

        return stopped;
    }

    private Stopped StopWhileRunning(Func<IPipeline, CancellationToken, Task> work)
    {
        var probe = new PumpProbe { Work = work };
        _session.Runspace.SessionStateProxy.SetVariable("probe", probe);
        using PowerShell shell = _session.Create("Invoke-Pump $probe");
        IAsyncResult running = shell.BeginInvoke();
        Assert.True(probe.Started.Task.Wait(TimeSpan.FromSeconds(10)));
        var watch = Stopwatch.StartNew();
        shell.Stop();
        TimeSpan took = watch.Elapsed;
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.True(probe.Disposed.Task.Wait(TimeSpan.FromSeconds(5)));
        return new Stopped(took, shell.InvocationStateInfo.State, [.. shell.Streams.Error], probe);
    }

    private sealed record Stopped(TimeSpan Took, PSInvocationState State, IReadOnlyList<ErrorRecord> Errors, PumpProbe Probe);
}
