using MultiagentFT.Debate.Protocol.Events;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>Shows the events of a debate: live on a terminal, turn by turn elsewhere.</summary>
internal static class DebateDisplay
{
    /// <param name="events">Those of one debate, with text.</param>
    public static async Task ShowAsync(Terminal terminal, IAsyncEnumerable<DebateEvent> events)
    {
        if (!terminal.DrawsResults)
        {
            var plain = new PlainDebateView(terminal.Output);
            await foreach (var happened in events.ConfigureAwait(false)) plain.Show(happened);
            return;
        }
        var console = terminal.Results;
        await console.Live(Text.Empty)
            .AutoClear(true)
            .Overflow(VerticalOverflow.Crop)
            .StartAsync(async context =>
            {
                var view = new LiveDebateView(console, context.UpdateTarget, TimeProvider.System);
                await foreach (var happened in events.ConfigureAwait(false)) view.Show(happened);
            }).ConfigureAwait(false);
    }
}
