using System.Globalization;

namespace MultiagentFT.Cli.Rendering;

/// <summary>How far an activity is, and how fast. Not thread-safe.</summary>
internal sealed class Activity(string title, string unit, long done, long total, long tokens, TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private readonly long _before = done;
    private readonly long _tokensBefore = tokens;
    private long _tokens = tokens;
    private string? _detail;

    public string Title => title;

    public long Done { get; private set; } = done;

    public long Total => total;

    private TimeSpan Elapsed => time.GetElapsedTime(_begun);

    public void Advance(long to, long tokensInAll, string? detail) => (Done, _tokens, _detail) = (to, tokensInAll, detail);

    /// <summary>Done and total, tokens a second, time left.</summary>
    public string State()
    {
        List<string> parts = [Invariant($"{Done}/{total} {unit}")];
        if (Rate() is { } rate) parts.Add(rate);
        if (Left() is { } left) parts.Add("ETA " + Duration(left));
        if (_detail is not null) parts.Add(_detail);
        return string.Join(", ", parts);
    }

    /// <summary>What it took.</summary>
    public string Result()
    {
        List<string> parts = [Invariant($"{total} {unit} in {Duration(Elapsed)}")];
        if (Rate() is { } rate) parts.Add(rate);
        return string.Join(", ", parts);
    }

    /// <summary>Such as <c>0:07</c> or <c>1:02:03</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? Invariant($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : Invariant($"{time.Minutes}:{time.Seconds:00}");

    private string? Rate() => _tokens > _tokensBefore && Elapsed > TimeSpan.Zero
        ? Invariant($"{(_tokens - _tokensBefore) / Elapsed.TotalSeconds:0} tokens/s")
        : null;

    private TimeSpan? Left() => Done > _before && Done < total ? Elapsed * ((total - Done) / (double)(Done - _before)) : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
