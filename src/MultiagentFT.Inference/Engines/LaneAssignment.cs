using MultiagentFT.Inference.Scheduling;

namespace MultiagentFT.Inference.Engines;

/// <summary>
/// Divides the sequences of one call among lanes. Sequences of one adapter stay together unless there are more lanes
/// than adapters; each part goes to the lane with the least to do. Depends on its arguments alone.
/// </summary>
internal static class LaneAssignment
{
    /// <param name="sequences">In the caller's order.</param>
    /// <param name="loads">What each lane has to do already; the sequences assigned are added.</param>
    /// <returns>The sequences of each lane.</returns>
    public static List<T>[] Assign<T>(List<T> sequences, int[] loads)
        where T : Sequence
    {
        var lanes = new List<T>[loads.Length];
        for (var lane = 0; lane < lanes.Length; lane++) lanes[lane] = [];
        var groups = Group(sequences);
        foreach (var group in groups)
        {
            var parts = Math.Clamp(loads.Length / groups.Count, 1, group.Count);
            for (var part = 0; part < parts; part++)
            {
                var start = group.Count * part / parts;
                var end = group.Count * (part + 1) / parts;
                var lane = Array.IndexOf(loads, loads.Min());
                lanes[lane].AddRange(group[start..end]);
                loads[lane] += end - start;
            }
        }
        return lanes;
    }

    /// <summary>By adapter, in order of first appearance.</summary>
    private static List<List<T>> Group<T>(List<T> sequences)
        where T : Sequence
    {
        var groups = new List<List<T>>();
        foreach (var sequence in sequences)
        {
            var group = groups.Find(group => ReferenceEquals(group[0].Adapter, sequence.Adapter));
            if (group is null) groups.Add(group = []);
            group.Add(sequence);
        }
        return groups;
    }
}
