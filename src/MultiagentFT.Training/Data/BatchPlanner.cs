using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Data;

/// <summary>
/// Groups conversations of similar length into batches of at most a number of tokens, padding included, and shuffles
/// both which conversations meet and the order of the batches.
/// </summary>
public static class BatchPlanner
{
    /// <summary>One epoch over examples, batch by batch.</summary>
    /// <inheritdoc cref="Epoch"/>
    public static IEnumerable<EncodedExample[]> Batches(IReadOnlyList<EncodedExample> examples, int batchTokens, SplitMix64 random) =>
        Epoch([.. examples.Select(example => TrainingBatch.PaddedLength(example.Length) * example.Sequences)], batchTokens, random)
            .Select(indices => (EncodedExample[])[.. indices.Select(index => examples[index])]);

    /// <summary>One epoch over <paramref name="lengths"/>.</summary>
    /// <param name="lengths">Positions of each conversation, padded.</param>
    /// <param name="batchTokens">Rows × longest row of a batch stays within this (one conversation alone may exceed it).</param>
    /// <param name="random">Shuffles.</param>
    /// <returns>Indices into <paramref name="lengths"/>, batch by batch; each index once.</returns>
    public static IReadOnlyList<int[]> Epoch(IReadOnlyList<int> lengths, int batchTokens, SplitMix64 random)
    {
        var order = Enumerable.Range(0, lengths.Count).ToArray();
        random.Shuffle<int>(order);
        // A stable sort keeps the shuffled order among conversations of equal length.
        var sorted = order.OrderBy(index => lengths[index]).ToArray();
        var batches = new List<int[]>();
        var start = 0;
        for (var end = 1; end <= sorted.Length; end++)
        {
            if (end < sorted.Length && (end - start + 1) * (long)lengths[sorted[end]] <= batchTokens) continue;
            batches.Add(sorted[start..end]);
            start = end;
        }
        var result = batches.ToArray();
        random.Shuffle<int[]>(result);
        return result;
    }
}
