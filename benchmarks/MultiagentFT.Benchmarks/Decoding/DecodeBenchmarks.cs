using BenchmarkDotNet.Attributes;
using MultiagentFT.Bench.Decoding;
using MultiagentFT.Bench.Models;
using MultiagentFT.Benchmarks.Reporting;

namespace MultiagentFT.Benchmarks.Decoding;

/// <summary>
/// One decode step of rows that belong to eight agents: the society decoder against the ways in which llama.cpp can do it.
/// The baseline is the step without any adapter.
/// </summary>
public class DecodeBenchmarks
{
    private const int Adapters = 8;
    private const int Steps = 7;
    private DirectoryInfo _folder = null!;
    private NoiseAdapters _adapters = null!;
    private DecodeBench _bench = null!;
    private StepRunner _base = null!;
    private StepRunner _society = null!;
    private StepRunner _societyAlone = null!;
    private StepRunner _grouped = null!;
    private StepRunner _contexts = null!;

    [Params(8, 64)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("mft-bench-");
        var model = Path.Combine(_folder.FullName, "model.gguf");
        SyntheticModel.Write(model, BenchShape.Of("llama-0.4b"), "q4_0");
        _adapters = NoiseAdapters.Write(model, Adapters, rank: 8);
        _bench = new DecodeBench(model, _adapters.Paths, new DecodeBenchOptions());
        _base = _bench.Runner(Arrangement.Base, Rows, 0);
        _societyAlone = _bench.Runner(Arrangement.Society, Rows, 0);
        _society = _bench.Runner(Arrangement.Society, Rows, Adapters);
        _grouped = _bench.Runner(Arrangement.Grouped, Rows, Adapters);
        _contexts = _bench.Runner(Arrangement.Contexts, Rows, Adapters);
        TokenCounts.Set(typeof(DecodeBenchmarks), $"[Rows={Rows}]", Rows);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var runner in (StepRunner[])[_base, _societyAlone, _society, _grouped, _contexts]) runner.Dispose();
        _bench.Dispose();
        _adapters.Dispose();
        _folder.Delete(recursive: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public void Base() => Repeat(_base);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void SocietyWithoutAdapters() => Repeat(_societyAlone);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Society() => Repeat(_society);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Grouped() => Repeat(_grouped);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Contexts() => Repeat(_contexts);

    private static void Repeat(StepRunner runner)
    {
        for (var step = 0; step < Steps; step++) runner.Run(counts: false);
    }
}
