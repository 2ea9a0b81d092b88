namespace MultiagentFT.Runs.Report;

/// <summary>The Pareto frontier of cost and value.</summary>
internal static class Frontier
{
    /// <summary>The points that are better than all that cost as much or less, from the cheapest to the best. Of equal points one stays.</summary>
    public static IReadOnlyList<(double Cost, double Value)> Of(IEnumerable<(double Cost, double Value)> points)
    {
        var frontier = new List<(double Cost, double Value)>();
        foreach (var point in points.OrderBy(point => point.Cost).ThenByDescending(point => point.Value))
        {
            if (frontier.Count == 0 || point.Value > frontier[^1].Value) frontier.Add(point);
        }
        return frontier;
    }
}
