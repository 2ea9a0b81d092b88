namespace MultiagentFT.Cluster.Worker;

/// <summary>
/// Whose work a worker takes next: of the highest priority first; among equals, of the run that has had the least of this worker's time. A run that comes
/// later starts level with those that are there, and does not make up for the time before.
/// </summary>
internal sealed class RunTurns
{
    private readonly Dictionary<string, double> _seconds = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <param name="runs">Ids and priorities of those whose work this worker takes.</param>
    public IReadOnlyList<string> Order(IReadOnlyCollection<(string Id, int Priority)> runs)
    {
        lock (_gate)
        {
            var known = runs.Where(run => _seconds.ContainsKey(run.Id)).Select(run => _seconds[run.Id]).ToList();
            var least = known.Count > 0 ? known.Min() : 0;
            foreach (var gone in _seconds.Keys.Except(runs.Select(run => run.Id)).ToList()) _seconds.Remove(gone);
            foreach (var (id, _) in runs) _seconds.TryAdd(id, least);
            return [.. runs.OrderByDescending(run => run.Priority).ThenBy(run => _seconds[run.Id]).ThenBy(run => run.Id, StringComparer.Ordinal).Select(run => run.Id)];
        }
    }

    /// <summary>Counts time that a run's work took.</summary>
    public void Add(string run, double seconds)
    {
        lock (_gate)
        {
            if (_seconds.TryGetValue(run, out var before)) _seconds[run] = before + seconds;
        }
    }
}
