using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MultiagentFT.Cli.Rendering;

/// <summary>What each bar says in words.</summary>
internal sealed class StateColumn : ProgressColumn
{
    private readonly ConcurrentDictionary<int, string> _states = new();

    protected override bool NoWrap => true;

    public void Set(ProgressTask bar, string state) => _states[bar.Id] = state;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(_states.GetValueOrDefault(task.Id, "")) { Overflow = Overflow.Ellipsis };
}
