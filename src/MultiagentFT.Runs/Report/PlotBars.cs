namespace MultiagentFT.Runs.Report;

/// <summary>What a plot of bars shows of a method.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Color">Number of the colour, the same in every plot of a report.</param>
/// <param name="Bars">Where each stands, how far it goes up, and how far down, both at least 0.</param>
internal sealed record PlotBars(string Name, int Color, IReadOnlyList<(int X, double Up, double Down)> Bars);
