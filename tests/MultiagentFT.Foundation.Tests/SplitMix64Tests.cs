using CsCheck;

namespace MultiagentFT.Foundation.Tests;

public sealed class SplitMix64Tests
{
    [Fact]
    public void TheSequenceIsThePublishedOne()
    {
        var random = new SplitMix64(1234567);

        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void FractionsLieInTheUnitIntervalAndAverageAHalf()
    {
        var random = new SplitMix64(1);
        double[] doubles = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextDouble())];

        Assert.All(doubles, value => Assert.True(value is >= 0 and < 1));
        // Four standard errors: 4 / sqrt(12 · 20 000) = 0.008.
        Assert.InRange(doubles.Average(), 0.492, 0.508);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(10)]
    public void BoundedNumbersAreUniform(int bound)
    {
        const int draws = 60_000;
        var random = new SplitMix64(7);
        var counts = new int[bound];
        for (var i = 0; i < draws; i++) counts[random.Next(bound)]++;

        var expected = (double)draws / bound;
        var chiSquare = counts.Sum(count => Math.Pow(count - expected, 2) / expected);

        // The 99.9th percentile for 9 degrees of freedom, the most used here.
        Assert.InRange(chiSquare, 0, 27.88);
    }

    [Fact]
    public void BoundsAreRespected()
    {
        Gen.Select(Gen.ULong, Gen.Int[1, int.MaxValue]).Sample((seed, bound) =>
            Assert.InRange(new SplitMix64(seed).Next(bound), 0, bound - 1));

        Assert.Throws<ArgumentOutOfRangeException>(() => new SplitMix64(1).Next(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SplitMix64(1).Next(-1));
    }

    [Fact]
    public void ShufflesArePermutations()
    {
        Gen.Select(Gen.ULong, Gen.Int.Array).Sample((seed, items) =>
        {
            var shuffled = items.ToArray();
            new SplitMix64(seed).Shuffle<int>(shuffled);
            Assert.Equal(items.Order(), shuffled.Order());
        });
    }

    [Fact]
    public void EveryPermutationIsEquallyLikely()
    {
        const int draws = 60_000;
        var random = new SplitMix64(3);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < draws; i++)
        {
            var items = "abc".ToCharArray();
            random.Shuffle<char>(items);
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }

        Assert.Equal(6, counts.Count);
        // Five standard deviations of a binomial count: 5 · sqrt(60 000 · 5/36) = 456.
        Assert.All(counts.Values, count => Assert.InRange(count, 10_000 - 456, 10_000 + 456));
    }
}
