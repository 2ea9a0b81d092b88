namespace MultiagentFT.Runs.Report;

/// <summary>What a plot shows of a method.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Color">Number of the colour, the same in every plot of a report.</param>
/// <param name="Points">From left to right.</param>
/// <param name="IsLevel">Whether it is a dashed level without markers.</param>
internal sealed record PlotLine(string Name, int Color, IReadOnlyList<PlotPoint> Points, bool IsLevel = false);
