using CsCheck;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Sampling;

namespace MultiagentFT.Inference.Tests.Sampling;

public class BatchSamplerTests
{
    /// <summary>Large enough that seven rows are shared.</summary>
    private const int Vocabulary = 20_000;

    private static readonly Gen<SamplingOptions> Options =
        from temperature in Gen.OneOf(Gen.Const(0f), Gen.Const(1f), Gen.Float[0.05f, 3f])
        from topK in Gen.OneOf(Gen.Const(0), Gen.Int[1, 200])
        from topP in Gen.OneOf(Gen.Const(1f), Gen.Const(0.9f), Gen.Float[0.01f, 0.999f])
        from minP in Gen.OneOf(Gen.Const(0f), Gen.Float[0f, 0.9f])
        select new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP };

    private static readonly Gen<(SamplingOptions Options, float Spread, bool IsBad, ulong Seed)> Row =
        Gen.Select(Options, Gen.Float[0.05f, 8f], Gen.Int[0, 9].Select(number => number == 0), Gen.ULong);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Together_equals_one_after_another(int workers)
    {
        var together = new BatchSampler(Vocabulary, 12, workers);
        var alone = new BatchSampler(Vocabulary, 12, workers: 1);
        var plain = new Sampler(Vocabulary);
        Row.Array[1, 12].Sample(
            rows =>
            {
                var logits = rows.Select(row => Logits(row.Spread, row.IsBad, row.Seed)).ToArray();
                var expected = rows.Select((row, i) => plain.Sample(logits[i], row.Options, new SplitMix64(row.Seed))).ToArray();
                Assert.Equal(expected, Draw(alone, rows, logits));
                Assert.Equal(expected, Draw(together, rows, logits));
                Assert.Equal(rows.Select(row => row.IsBad), expected.Select(token => token == Sampler.Failed));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Generators_go_on_from_step_to_step_and_no_row_is_drawn_twice()
    {
        const int Steps = 400;
        var sampler = new BatchSampler(Vocabulary, 12, workers: 4);
        var plain = new Sampler(Vocabulary);
        var logits = Enumerable.Range(0, 12).Select(row => Logits(1 + row, isBad: row == 3, (ulong)row)).ToArray();
        var options = new SamplingOptions();
        var generators = Generators();
        var expected = Generators();
        for (var step = 0; step < Steps; step++)
        {
            // Shared and unshared steps of every size follow each other.
            var count = 1 + (step * 5 % 12);
            sampler.Clear();
            for (var row = 0; row < count; row++) sampler.Add(logits[row], options, generators[row]);
            Assert.Equal(Enumerable.Range(0, count).Select(row => plain.Sample(logits[row], options, expected[row])), sampler.Sample().ToArray());
        }
        Assert.Equal(expected.Select(generator => generator.NextUInt64()), generators.Select(generator => generator.NextUInt64()));

        static SplitMix64[] Generators() => [.. Enumerable.Range(0, 12).Select(row => new SplitMix64((ulong)row))];
    }

    [Theory]
    [InlineData(64, 151_936, 2, true)]
    [InlineData(1, 151_936, 2, false)]
    [InlineData(64, 151_936, 1, false)]
    [InlineData(7, 20_000, 8, true)]
    [InlineData(6, 20_000, 8, false)]
    public void Only_large_steps_are_shared(int rows, int vocabulary, int workers, bool isShared) =>
        Assert.Equal(isShared, BatchSampler.IsShared(rows, vocabulary, workers));

    [Fact]
    public void An_exception_of_one_row_is_thrown_after_all_are_drawn()
    {
        var sampler = new BatchSampler(Vocabulary, 12, workers: 3);
        var plain = new Sampler(Vocabulary);
        var logits = Logits(2, isBad: false, 1);
        sampler.Clear();
        for (var row = 0; row < 12; row++) sampler.Add(logits, row == 5 ? null! : new SamplingOptions(), new SplitMix64((ulong)row));
        Assert.Throws<NullReferenceException>(() => sampler.Sample().Length);

        sampler.Clear();
        for (var row = 0; row < 12; row++) sampler.Add(logits, new SamplingOptions(), new SplitMix64((ulong)row));
        Assert.Equal(
            Enumerable.Range(0, 12).Select(row => plain.Sample(logits, new SamplingOptions(), new SplitMix64((ulong)row))), sampler.Sample().ToArray());
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        var sampler = new BatchSampler(4, 1, workers: 2);
        Assert.Throws<ArgumentException>(() => sampler.Add(new float[3], new SamplingOptions(), new SplitMix64(1)));
        sampler.Add(new float[4], new SamplingOptions(), new SplitMix64(1));
        Assert.Throws<InvalidOperationException>(() => sampler.Add(new float[4], new SamplingOptions(), new SplitMix64(1)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void Allocates_nothing(int rows)
    {
        var sampler = new BatchSampler(Vocabulary, 12, workers: 3);
        var logits = Logits(2, isBad: false, 1);
        var options = new SamplingOptions();
        SplitMix64[] generators = [.. Enumerable.Range(0, rows).Select(row => new SplitMix64((ulong)row))];
        for (var i = 0; i < 20; i++) Step();
        // The helpers draw with samplers of their own, which SamplerTests holds to the same; a collection that another thread
        // causes ends this thread's allocation window, which then counts as allocated.
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++) Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));

        void Step()
        {
            sampler.Clear();
            for (var row = 0; row < rows; row++) sampler.Add(logits, options, generators[row]);
            sampler.Sample();
        }
    }

    private static int[] Draw(
        BatchSampler sampler, (SamplingOptions Options, float Spread, bool IsBad, ulong Seed)[] rows, float[][] logits)
    {
        sampler.Clear();
        for (var i = 0; i < rows.Length; i++) sampler.Add(logits[i], rows[i].Options, new SplitMix64(rows[i].Seed));
        return sampler.Sample().ToArray();
    }

    /// <summary>Where the garbage collector does not move them.</summary>
    private static float[] Logits(float spread, bool isBad, ulong seed)
    {
        var generator = new SplitMix64(seed);
        var logits = GC.AllocateArray<float>(Vocabulary, pinned: true);
        for (var i = 0; i < logits.Length; i++) logits[i] = (float)(-spread * Math.Log(generator.NextDouble() + 1e-9));
        if (isBad) logits[generator.Next(Vocabulary)] = float.NaN;
        return logits;
    }
}
