using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Tests.Data;

public sealed class MicroBatchesTests
{
    /// <summary>Of 9 tokens 8 are read, of 41 40: whole steps of length already.</summary>
    [Theory]
    [InlineData(48, "9 9 17|25|41")] // padded: 3 · 16
    [InlineData(47, "9 9|17|25|41")]
    [InlineData(80, "9 9 17|25 41")]
    [InlineData(200, "9 9 17 25 41")]
    [InlineData(1, "9|9|17|25|41")] // one alone may be longer
    public void PartsStayWithinTheTokensAndKeepTheOrder(int limit, string expected)
    {
        EncodedExample[] batch = [.. new[] { 9, 9, 17, 25, 41 }.Select(length => new TokenizedExample(new int[length], new bool[length]))];
        var parts = MicroBatches.Split(batch, limit).ToArray();
        Assert.Equal(expected, string.Join('|', parts.Select(part => string.Join(' ', part.Select(example => example.Length)))));
        Assert.All(parts.Where(part => part.Length > 1), part => Assert.True(part.Length * part.Max(example => example.Length - 1) <= limit));
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(9, 8)]
    [InlineData(10, 16)]
    [InlineData(1025, 1024)]
    public void RowsAreAsLongAsAStepOfLengthAllows(int tokens, int positions)
    {
        var batch = new TrainingBatch([new TokenizedExample(new int[tokens], [.. Enumerable.Range(0, tokens).Select(i => i > 0)])]);
        Assert.Equal((positions, positions), (TrainingBatch.PaddedLength(tokens), batch.Length));
        // Padding is never a target.
        Assert.Equal(tokens - 1, batch.TargetTokens);
    }
}
