namespace MultiagentFT.Runs.Report;

/// <summary>A point of a plot with the ends of its whisker.</summary>
internal readonly record struct PlotPoint(double X, double Y, double Low, double High)
{
    /// <summary>A point without a whisker; none where nothing is known.</summary>
    public static IEnumerable<PlotPoint> Of(double x, double? value) => value is { } known ? [new PlotPoint(x, known, known, known)] : [];
}
