using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Tests.Data;

public sealed class MicroBatchesTests
{
    [Theory]
    [InlineData(12, "3 3 4|7|9")] // padded: 3 · 4
    [InlineData(11, "3 3|4|7|9")]
    [InlineData(18, "3 3 4|7 9")]
    [InlineData(45, "3 3 4 7 9")]
    [InlineData(1, "3|3|4|7|9")] // one alone may be longer
    public void PartsStayWithinTheTokensAndKeepTheOrder(int limit, string expected)
    {
        EncodedExample[] batch = [.. new[] { 3, 3, 4, 7, 9 }.Select(length => new TokenizedExample(new int[length], new bool[length]))];
        var parts = MicroBatches.Split(batch, limit).ToArray();
        Assert.Equal(expected, string.Join('|', parts.Select(part => string.Join(' ', part.Select(example => example.Length)))));
        Assert.All(parts.Where(part => part.Length > 1), part => Assert.True(part.Length * part.Max(example => example.Length) <= limit));
    }
}
