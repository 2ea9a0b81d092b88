using BenchmarkDotNet.Attributes;
using MultiagentFT.Bench.Decoding;
using MultiagentFT.Benchmarks.Reporting;

namespace MultiagentFT.Benchmarks.Decoding;

/// <summary>
/// One decode step of rows that belong to as many agents as there are rows, eight at most: the mixed-adapter decoder against the
/// ways in which llama.cpp can do it. The baseline is the step without any adapter. A step allocates nothing, which tests hold it
/// to on its own thread; the column of memory counts the whole process, some kilobytes an iteration whatever is measured.
/// </summary>
public class DecodeBenchmarks
{
    /// <summary>Few, so that all cases together take two minutes.</summary>
    private const int Steps = 3;

    private StepRunner _runner = null!;

    [Params(1, 8, 64)]
    public int Rows { get; set; }

    [GlobalSetup(Target = nameof(Base))]
    public void SetUpBase() => Prepare(Arrangement.Base, adapters: 0);

    [GlobalSetup(Target = nameof(MixedWithoutAdapters))]
    public void SetUpMixedWithoutAdapters() => Prepare(Arrangement.Mixed, adapters: 0);

    [GlobalSetup(Target = nameof(Mixed))]
    public void SetUpMixed() => Prepare(Arrangement.Mixed, SharedDecodeBench.Adapters);

    [GlobalSetup(Target = nameof(Grouped))]
    public void SetUpGrouped() => Prepare(Arrangement.Grouped, SharedDecodeBench.Adapters);

    [GlobalSetup(Target = nameof(Contexts))]
    public void SetUpContexts() => Prepare(Arrangement.Contexts, SharedDecodeBench.Adapters);

    [GlobalCleanup]
    public void Cleanup() => _runner.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public void Base() => Repeat();

    [Benchmark(OperationsPerInvoke = Steps)]
    public void MixedWithoutAdapters() => Repeat();

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Mixed() => Repeat();

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Grouped() => Repeat();

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Contexts() => Repeat();

    private void Prepare(Arrangement arrangement, int adapters)
    {
        _runner = SharedDecodeBench.Instance.Runner(arrangement, Rows, Math.Min(adapters, Rows));
        TokenCounts.Set(typeof(DecodeBenchmarks), $"[Rows={Rows}]", Rows);
    }

    private void Repeat()
    {
        for (var step = 0; step < Steps; step++) _runner.Run(counts: false);
    }
}
