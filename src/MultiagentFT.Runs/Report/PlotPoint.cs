namespace MultiagentFT.Runs.Report;

/// <summary>A point of a plot with the ends of its whisker.</summary>
internal readonly record struct PlotPoint(double X, double Y, double Low, double High);
