using BenchmarkDotNet.Attributes;
using MultiagentFT.Benchmarks.Reporting;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Native;

namespace MultiagentFT.Benchmarks.Generation;

/// <summary>
/// The engine against a bare llama.cpp loop that replays its very batches on the same context: what scheduling, sampling and
/// text cost.
/// </summary>
public class GenerationBenchmarks
{
    private GenerationRequest[] _requests = [];
    private LlamaRuntime _runtime = null!;
    private GenerationEngine _engine = null!;
    private BareLoop _bare = null!;

    [Params(8, 32)]
    public int Slots { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _requests = GenerationWorkload.Requests();
        _runtime = LlamaRuntime.Open(EmbeddedModel.Path);
        var options = new EngineOptions { Slots = Slots, SlotContext = GenerationWorkload.SlotContext };
        var recording = new RecordingRuntime(_runtime);
        await using (var recorded = new GenerationEngine(recording, options, leaveRuntimeOpen: true))
        {
            var results = await recorded.GenerateBatchAsync(_requests);
            TokenCounts.Set(typeof(GenerationBenchmarks), $"[Slots={Slots}]", results.Sum(result => (long)result.GeneratedTokens));
        }
        // The engine disposes the context at its end.
        var context = (LlamaContext)_runtime.CreateContext(options.ToContextOptions());
        _bare = new BareLoop(context, recording.Steps);
        _engine = new GenerationEngine(new OneContextRuntime(_runtime, context), options);
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _bare.Dispose();
        await _engine.DisposeAsync();
        _runtime.Dispose();
    }

    [Benchmark(Baseline = true)]
    public float Bare() => _bare.Run();

    [Benchmark]
    public async Task<int> Engine()
    {
        await _engine.ClearCacheAsync();
        return (await _engine.GenerateBatchAsync(_requests)).Count;
    }
}
