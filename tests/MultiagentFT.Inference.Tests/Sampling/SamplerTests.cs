using CsCheck;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Sampling;

namespace MultiagentFT.Inference.Tests.Sampling;

public class SamplerTests
{
    private static readonly Gen<SamplingOptions> Options =
        from temperature in Gen.OneOf(Gen.Const(0f), Gen.Const(1f), Gen.Float[0.05f, 3f])
        from topK in Gen.OneOf(Gen.Const(0), Gen.Int[1, 60], Gen.Int[1, 3000])
        from topP in Gen.OneOf(Gen.Const(1f), Gen.Const(0.9f), Gen.Float[0.01f, 0.999f])
        from minP in Gen.OneOf(Gen.Const(0f), Gen.Float[0f, 0.9f])
        select new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP };

    private static readonly Gen<(int Size, float Spread, int Levels, ulong Seed)> Cases =
        Gen.Select(
            Gen.OneOf(Gen.Int[1, 40], Gen.Const(512), Gen.Int[500, 3000]),
            Gen.Float[0.05f, 12f],
            Gen.OneOf(Gen.Const(0), Gen.Int[1, 6]),
            Gen.ULong);

    [Fact]
    public void Agrees_with_the_reference()
    {
        var (compared, unclear) = (0, 0);
        Gen.Select(Cases, Options).Sample(
            (shape, options) =>
            {
                var logits = Logits(shape.Size, shape.Spread, shape.Levels, shape.Seed);
                if (options.TopK > shape.Size) options = options with { TopK = shape.Size };
                var (expected, margin) = ReferenceSampler.Sample(logits, options, new SplitMix64(shape.Seed));
                // Where rounding of exp decides, either token is right.
                if (margin < 1e-5)
                {
                    Interlocked.Increment(ref unclear);
                    return;
                }
                Interlocked.Increment(ref compared);
                Assert.Equal(expected, new Sampler(shape.Size).Sample(logits, options, new SplitMix64(shape.Seed)));
            },
            iter: 3000);
        Assert.True(unclear < compared / 10, $"{unclear} of {unclear + compared} cases were too close to call");
    }

    [Theory]
    [InlineData(1f, 0, 1f, 0f)]
    [InlineData(1f, 0, 0.9f, 0f)]
    [InlineData(0.7f, 5, 1f, 0f)]
    [InlineData(1.3f, 0, 1f, 0.2f)]
    public void Draws_as_often_as_the_probabilities_say(float temperature, int topK, float topP, float minP)
    {
        var options = new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP };
        var logits = Logits(24, 4f, 0, 5);
        const int Draws = 40_000;
        var sampler = new Sampler(logits.Length);
        var generator = new SplitMix64(11);
        var counts = new int[logits.Length];
        for (var i = 0; i < Draws; i++) counts[sampler.Sample(logits, options, generator)]++;
        var expected = Probabilities(logits, options);
        var chiSquare = 0.0;
        var kinds = 0;
        for (var token = 0; token < counts.Length; token++)
        {
            if (expected[token] == 0)
            {
                Assert.Equal(0, counts[token]);
                continue;
            }
            var difference = counts[token] - (Draws * expected[token]);
            chiSquare += difference * difference / (Draws * expected[token]);
            kinds++;
        }
        // Mean kinds - 1, variance twice that: five deviations above.
        Assert.InRange(chiSquare, 0, kinds - 1 + (5 * Math.Sqrt(2.0 * Math.Max(1, kinds - 1))));
    }

    [Fact]
    public void Greedy_takes_the_lowest_of_the_most_likely()
    {
        Assert.Equal(1, new Sampler(4).Sample([0f, 2f, 2f, 1f], SamplingOptions.Greedy, new SplitMix64(1)));
        float[] logits = [.. Enumerable.Range(0, 100).Select(i => i is 37 or 90 ? 1f : 0f)];
        Assert.Equal(37, new Sampler(100).Sample(logits, SamplingOptions.Greedy, new SplitMix64(1)));
    }

    [Fact]
    public void Top_p_keeps_at_least_one_and_reaches_the_mass()
    {
        // Probabilities 0.5, 0.3, 0.2.
        float[] logits = [MathF.Log(0.3f), MathF.Log(0.5f), MathF.Log(0.2f)];
        Assert.Equal([1], Support(logits, new SamplingOptions { TopP = 0.01f }));
        Assert.Equal([1], Support(logits, new SamplingOptions { TopP = 0.49f }));
        Assert.Equal([0, 1], Support(logits, new SamplingOptions { TopP = 0.51f }));
        Assert.Equal([0, 1, 2], Support(logits, new SamplingOptions { TopP = 0.81f }));
        Assert.Equal([0, 1], Support(logits, new SamplingOptions { TopP = 1f, TopK = 2 }));
        Assert.Equal([0, 1], Support(logits, new SamplingOptions { TopP = 1f, MinP = 0.5f }));
    }

    [Fact]
    public void Bad_logits_fail()
    {
        var nan = new float[600];
        nan[333] = float.NaN;
        var excluded = Enumerable.Repeat(float.NegativeInfinity, 600).ToArray();
        var infinite = new float[600];
        infinite[3] = float.PositiveInfinity;
        foreach (var logits in new[] { nan, excluded, infinite })
        {
            Assert.Equal(Sampler.Failed, new Sampler(600).Sample(logits, SamplingOptions.Greedy, new SplitMix64(1)));
            Assert.Equal(Sampler.Failed, new Sampler(600).Sample(logits, new SamplingOptions(), new SplitMix64(1)));
        }
    }

    [Fact]
    public void Excluded_tokens_are_never_drawn()
    {
        var logits = Enumerable.Range(0, 2000).Select(i => i == 1500 ? 0f : float.NegativeInfinity).ToArray();
        foreach (var options in new[] { new SamplingOptions { TopP = 1f }, new() { TopK = 50, TopP = 1f }, new() })
        {
            Assert.Equal(1500, new Sampler(2000).Sample(logits, options, new SplitMix64(3)));
        }
    }

    [Fact]
    public void Allocates_nothing()
    {
        var logits = Logits(4000, 3f, 0, 1);
        var sampler = new Sampler(4000);
        var generator = new SplitMix64(1);
        SamplingOptions[] all = [new(), new() { TopK = 40 }, new() { TopP = 1f }, SamplingOptions.Greedy];
        foreach (var options in all) sampler.Sample(logits, options, generator);
        // A collection that another thread causes ends this thread's 8 KiB allocation window, which then counts as allocated:
        // an allocation of the sampler's own would be there every time.
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => AllocatedBytes()));

        long AllocatedBytes()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var options in all)
            {
                for (var i = 0; i < 20; i++) sampler.Sample(logits, options, generator);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static float[] Logits(int size, float spread, int levels, ulong seed)
    {
        var generator = new SplitMix64(seed);
        var logits = new float[size];
        for (var i = 0; i < size; i++)
        {
            logits[i] = levels > 0 ? generator.Next(levels) : (float)(spread * Math.Log(generator.NextDouble() + 1e-9) * -1);
            if (size > 2 && generator.Next(20) == 0) logits[i] = float.NegativeInfinity;
        }
        if (!logits.Any(float.IsFinite)) logits[0] = 0;
        return logits;
    }

    private static double[] Probabilities(float[] logits, SamplingOptions options)
    {
        var max = logits.Max();
        var items = logits.Select((logit, token) => (token, weight: Math.Exp((logit - max) / options.Temperature)))
            .OrderByDescending(item => item.weight).ToList();
        if (options.TopK > 0) items = items[..options.TopK];
        var target = options.TopP * items.Sum(item => item.weight);
        var mass = 0.0;
        items = [.. items.TakeWhile(item =>
        {
            var wanted = mass < target || options.TopP == 1;
            mass += item.weight;
            return wanted;
        })];
        items.RemoveAll(item => item.weight < options.MinP);
        var probabilities = new double[logits.Length];
        foreach (var (token, weight) in items) probabilities[token] = weight / items.Sum(item => item.weight);
        return probabilities;
    }

    private static int[] Support(float[] logits, SamplingOptions options)
    {
        var sampler = new Sampler(logits.Length);
        var generator = new SplitMix64(9);
        return [.. Enumerable.Range(0, 500).Select(_ => sampler.Sample(logits, options, generator)).Distinct().Order()];
    }
}
