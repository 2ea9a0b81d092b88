using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>A bar for each activity that goes on, and a line above for each that ended.</summary>
internal sealed class LiveProgressView(ProgressContext context, StateColumn states, IAnsiConsole console, TimeProvider time) : IProgressView
{
    private readonly Dictionary<string, (Activity Activity, ProgressTask Bar)> _activities = [];
    private readonly Lock _gate = new();

    public void Begin(string id, string title, string unit, long done, long total, long tokens = 0)
    {
        lock (_gate)
        {
            var bar = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total));
            bar.Value = done;
            _activities[id] = (new Activity(title, unit, done, total, tokens, time), bar);
        }
    }

    public void Advance(string id, long done, long tokens, string? detail)
    {
        lock (_gate)
        {
            if (!_activities.TryGetValue(id, out var shown)) return;
            shown.Activity.Advance(done, tokens, detail);
            shown.Bar.Value = done;
            states.Set(shown.Bar, shown.Activity.State());
        }
    }

    public void End(string id, string? outcome)
    {
        lock (_gate)
        {
            if (!_activities.Remove(id, out var shown)) return;
            shown.Bar.StopTask();
            context.RemoveTask(shown.Bar);
            console.MarkupLineInterpolated($"[grey]{shown.Activity.Title}: {outcome ?? shown.Activity.Result()}[/]");
        }
    }

    public void Note(string line)
    {
        lock (_gate) console.WriteLine(line);
    }
}
