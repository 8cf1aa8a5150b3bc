using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace EtcdHa.Console.Hosting;

/// <summary>The activities under way as a forest, and their lines.</summary>
internal sealed class ProgressActivities
{
    private const int BarWidth = 20;
    private readonly List<Activity> _activities = [];

    internal bool IsEmpty => _activities.Count == 0;

    internal void Clear() => _activities.Clear();

    /// <summary>Takes in a record.</summary>
    /// <returns>Whether an activity came or went, so that the change is worth showing at once.</returns>
    internal bool Update(long sourceId, ProgressRecord record)
    {
        var index = _activities.FindIndex(activity => activity.SourceId == sourceId && activity.Record.ActivityId == record.ActivityId);
        if (record.RecordType == ProgressRecordType.Completed)
        {
            return index >= 0 && Remove(_activities[index]);
        }

        if (index >= 0)
        {
            _activities[index] = new Activity(sourceId, record);
            return false;
        }

        _activities.Add(new Activity(sourceId, record));
        return true;
    }

    /// <summary>One line an activity, children below their parent and indented.</summary>
    internal IReadOnlyList<string> Render(int width, int maximumLines)
    {
        var lines = new List<string>();
        foreach (var root in _activities.Where(activity => ParentOf(activity) is null))
        {
            Render(root, 0, width, lines);
        }

        if (lines.Count <= maximumLines)
        {
            return lines;
        }

        var hidden = lines.Count - maximumLines + 1;
        return [.. lines.Take(maximumLines - 1), Fit(string.Create(CultureInfo.CurrentCulture, $"… and {hidden} more"), width)];
    }

    private static string Line(ProgressRecord record, int depth)
    {
        var text = new StringBuilder().Append(' ', depth * 2).Append(record.Activity);
        if (record.PercentComplete >= 0)
        {
            var percent = Math.Min(record.PercentComplete, 100);
            var filled = percent * BarWidth / 100;
            text.Append(" [").Append('=', filled).Append(' ', BarWidth - filled).Append("] ")
                .Append(CultureInfo.CurrentCulture, $"{percent}%");
        }

        if (!string.IsNullOrWhiteSpace(record.StatusDescription))
        {
            text.Append("  ").Append(record.StatusDescription);
        }

        if (!string.IsNullOrWhiteSpace(record.CurrentOperation))
        {
            text.Append(": ").Append(record.CurrentOperation);
        }

        if (record.SecondsRemaining >= 0)
        {
            text.Append(CultureInfo.CurrentCulture, $"  ({TimeSpan.FromSeconds(record.SecondsRemaining):c} left)");
        }

        return text.Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ').ToString();
    }

    private static string Fit(string text, int width) =>
        text.Length <= width ? text : width <= 1 ? string.Empty : string.Concat(text.AsSpan(0, width - 1), "…");

    private void Render(Activity activity, int depth, int width, List<string> lines)
    {
        lines.Add(Fit(Line(activity.Record, depth), width));
        foreach (var child in _activities.Where(candidate => candidate != activity && ParentOf(candidate) == activity))
        {
            Render(child, depth + 1, width, lines);
        }
    }

    /// <summary>The parent, of the same source where it has one with that number; null where it is absent.</summary>
    private Activity? ParentOf(Activity child)
    {
        var parent = Named(child.Record.ParentActivityId, child.SourceId);
        return parent is null || parent == child || Descends(parent, child) ? null : parent;
    }

    /// <summary>Guards against records that name each other as parents.</summary>
    private bool Descends(Activity candidate, Activity ancestor)
    {
        var seen = new HashSet<Activity>();
        for (var current = candidate; current is not null && seen.Add(current); current = Named(current.Record.ParentActivityId, current.SourceId))
        {
            if (current == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private Activity? Named(int id, long sourceId) =>
        id < 0
            ? null
            : _activities.Find(activity => activity.Record.ActivityId == id && activity.SourceId == sourceId)
              ?? _activities.Find(activity => activity.Record.ActivityId == id);

    private bool Remove(Activity activity)
    {
        var children = _activities.Where(candidate => candidate != activity && ParentOf(candidate) == activity).ToList();
        _activities.Remove(activity);
        children.ForEach(child => Remove(child));
        return true;
    }

    private sealed record Activity(long SourceId, ProgressRecord Record);
}
