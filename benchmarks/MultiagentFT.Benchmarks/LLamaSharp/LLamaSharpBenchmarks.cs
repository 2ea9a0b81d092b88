using BenchmarkDotNet.Attributes;
using MultiagentFT.Benchmarks.Generation;
using MultiagentFT.Benchmarks.Reporting;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.LLamaSharp;

namespace MultiagentFT.Benchmarks.LLamaSharp;

/// <summary>
/// The engine on LLamaSharp against LLamaSharp's own BatchedExecutor: the same requests, libraries, sizes and draws.
/// </summary>
public class LLamaSharpBenchmarks
{
    private GenerationRequest[] _requests = [];
    private GenerationEngine _engine = null!;
    private LLamaSharpRuntime _runtime = null!;
    private BatchedExecutorLoop _peer = null!;

    [Params(8, 32)]
    public int Slots { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _requests = GenerationWorkload.Requests();
        _runtime = LLamaSharpRuntime.Open(EmbeddedModel.Path);
        var options = new EngineOptions { Slots = Slots, SlotContext = GenerationWorkload.SlotContext };
        _engine = new GenerationEngine(_runtime, options, leaveRuntimeOpen: true);
        _peer = new BatchedExecutorLoop(_runtime, _requests, options.ToContextOptions());
        var results = await _engine.GenerateBatchAsync(_requests);
        TokenCounts.Set(typeof(LLamaSharpBenchmarks), $"[Slots={Slots}]", results.Sum(result => (long)result.GeneratedTokens));
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _peer.Dispose();
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Benchmark(Baseline = true)]
    public async Task<int> BatchedExecutor() => (await _peer.RunAsync()).Length;

    [Benchmark]
    public async Task<int> Engine()
    {
        await _engine.ClearCacheAsync();
        return (await _engine.GenerateBatchAsync(_requests)).Count;
    }
}
