using MultiagentFT.Contracts.Generation;
using MultiagentFT.Hub;

namespace MultiagentFT.Cli.Rendering;

/// <summary>How far a download is, as a line every two seconds.</summary>
internal sealed class DownloadLines(Terminal terminal, string name, TimeProvider time) : IProgress<DownloadProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private long _last = time.GetTimestamp();

    public void Report(DownloadProgress value)
    {
        if (value.Done != value.Total && time.GetElapsedTime(_last) < Interval) return;
        _last = time.GetTimestamp();
        terminal.Error.WriteLine($"{name}: {Text(value)}");
    }

    internal static string Text(DownloadProgress value) =>
        ByteSize.Text(value.Done)
        + (value.Total is { } total ? $" of {ByteSize.Text(total)}" : "")
        + (value.BytesPerSecond > 0 ? $", {ByteSize.Text((long)value.BytesPerSecond)}/s" : "")
        + (value.Left is { } left && value.Done != value.Total && left < TimeSpan.FromDays(30) ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00} left") : "");
}
