using System.Globalization;
using System.Management.Automation;

namespace EtcdHa.Async;

/// <summary>
/// Progress of a command over many hosts: one activity for the command, one below it for each host at work.
/// A host's texts are written at most ten times a second; its end always is.
/// </summary>
/// <param name="pipeline">Where the records go.</param>
/// <param name="activity">What the command does.</param>
/// <param name="count">How many hosts; more may be started.</param>
/// <param name="clock">Measures the pause between two records.</param>
/// <param name="unit">What is counted, in the plural.</param>
internal sealed class HostProgress(IPipeline pipeline, string activity, int count, TimeProvider clock, string unit = "hosts")
{
    /// <summary>The pause between two records of one activity.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Any number will do that another command's progress is unlikely to use at the same time; children count on from it.
    private const int ParentId = 0x45544344;

    private readonly object _lock = new();
    private int _started;
    private int _done;

    /// <summary>Shows a host; disposing the result ends it.</summary>
    public Child Start(string host)
    {
        lock (_lock)
        {
            _started++;
            WriteParent();
            return new Child(this, ParentId + _started, host);
        }
    }

    /// <summary>Ends the command's activity.</summary>
    public void Complete() => pipeline.WriteProgress(new ProgressRecord(ParentId, activity, "Done") { RecordType = ProgressRecordType.Completed });

    private void Ended()
    {
        lock (_lock)
        {
            _done++;
            WriteParent();
        }
    }

    // Of one chosen host's removal the others are looked at, too.
    private void WriteParent()
    {
        int all = Math.Max(count, _started);
        pipeline.WriteProgress(new ProgressRecord(ParentId, activity, string.Format(CultureInfo.CurrentCulture, "{0} of {1} {2} done", _done, all, unit))
        {
            PercentComplete = all == 0 ? 100 : 100 * _done / all,
        });
    }

    /// <summary>One host's activity.</summary>
    internal sealed class Child(HostProgress parent, int id, string host) : IProgress<string>, IDisposable
    {
        private long? _last;
        private bool _ended;

        /// <summary>Says what is being done on the host.</summary>
        public void Report(string value)
        {
            lock (parent._lock)
            {
                if (!_ended && (_last is not { } last || parent.Clock.GetElapsedTime(last) >= Pause))
                {
                    _last = parent.Clock.GetTimestamp();
                    Write(value, ProgressRecordType.Processing);
                }
            }
        }

        public void Dispose()
        {
            lock (parent._lock)
            {
                _ended = true;
                if (_last is not null)
                {
                    Write("Done", ProgressRecordType.Completed);
                }
            }

            parent.Ended();
        }

        private void Write(string status, ProgressRecordType type) => parent.Pipeline.WriteProgress(
            new ProgressRecord(id, host, status) { ParentActivityId = ParentId, RecordType = type });
    }

    private IPipeline Pipeline => pipeline;

    private TimeProvider Clock => clock;
}
