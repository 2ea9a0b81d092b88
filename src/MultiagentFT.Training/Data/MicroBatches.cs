namespace MultiagentFT.Training.Data;

/// <summary>Splits batches that are too large to go through the model at once; their gradients are summed as those of one batch.</summary>
public static class MicroBatches
{
    /// <param name="batch">Examples of similar length.</param>
    /// <param name="tokens">Sequences × padded length of a part stays within this; one example alone may exceed it.</param>
    public static IEnumerable<EncodedExample[]> Split(EncodedExample[] batch, long tokens)
    {
        var start = 0;
        var (sequences, longest) = (0, 0);
        for (var i = 0; i < batch.Length; i++)
        {
            var (more, length) = (sequences + batch[i].Sequences, Math.Max(longest, TrainingBatch.PaddedLength(batch[i].Length)));
            if (i > start && (long)more * length > tokens)
            {
                yield return batch[start..i];
                (start, more, length) = (i, batch[i].Sequences, TrainingBatch.PaddedLength(batch[i].Length));
            }
            (sequences, longest) = (more, length);
        }
        if (batch.Length > 0) yield return batch[start..];
    }
}
