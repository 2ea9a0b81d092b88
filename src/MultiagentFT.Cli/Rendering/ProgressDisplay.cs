using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>Runs work under a progress view: bars on a terminal, lines elsewhere.</summary>
internal static class ProgressDisplay
{
    public static Task<T> ShowAsync<T>(Terminal terminal, Func<IProgressView, Task<T>> work)
    {
        if (!terminal.DrawsProgress) return work(new PlainProgressView(terminal.Error, TimeProvider.System));
        var console = terminal.Messages;
        var states = new StateColumn();
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 16 }, states)
            .StartAsync(context => work(new LiveProgressView(context, states, console, TimeProvider.System)));
    }
}
