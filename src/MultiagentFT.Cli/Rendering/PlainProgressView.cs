namespace MultiagentFT.Cli.Rendering;

/// <summary>Progress as lines: one when an activity ends, and one every ten seconds while any goes on.</summary>
internal sealed class PlainProgressView(TextWriter output, TimeProvider time) : IProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Activity> _activities = [];
    private readonly Lock _gate = new();
    private long _lastLine = time.GetTimestamp();

    public void Begin(string id, string title, string unit, long done, long total, long tokens = 0)
    {
        lock (_gate) _activities[id] = new Activity(title, unit, done, total, tokens, time);
    }

    public void Advance(string id, long done, long tokens, string? detail)
    {
        lock (_gate)
        {
            if (!_activities.TryGetValue(id, out var activity)) return;
            activity.Advance(done, tokens, detail);
            if (time.GetElapsedTime(_lastLine) >= Interval) Write($"{activity.Title}: {activity.State()}");
        }
    }

    public void End(string id, string? outcome)
    {
        lock (_gate)
        {
            if (_activities.Remove(id, out var activity)) Write($"{activity.Title}: {outcome ?? activity.Result()}");
        }
    }

    public void Note(string line)
    {
        lock (_gate) Write(line);
    }

    private void Write(string line)
    {
        _lastLine = time.GetTimestamp();
        output.WriteLine(line);
        output.Flush();
    }
}
