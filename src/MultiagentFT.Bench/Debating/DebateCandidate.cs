using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Bench.Debating;

/// <summary>One decoder with its engine, and the times of its debates.</summary>
internal sealed class DebateCandidate : IAsyncDisposable
{
    private readonly DecoderKind _decoder;
    private readonly ClockedRuntime _runtime;
    private readonly GenerationEngine _engine;
    private readonly DebateSetup _setup;
    private readonly TimeProvider _time;
    private readonly DebateRunner _runner;
    private readonly List<double> _milliseconds = [];
    private readonly List<double> _firstTokens = [];
    private long _tokens;
    private long _promptTokens;
    private long _cachedTokens;

    private DebateCandidate(DecoderKind decoder, ClockedRuntime runtime, GenerationEngine engine, DebateSetup setup, TimeProvider time)
    {
        (_decoder, _runtime, _engine, _setup, _time) = (decoder, runtime, engine, setup, time);
        _runner = new DebateRunner(engine, setup.Task, setup.Prompts, setup.Debate);
    }

    /// <exception cref="InputException">A file is not what was expected.</exception>
    public static async Task<DebateCandidate> OpenAsync(
        DecoderKind decoder, DebateSetup setup, int threads, TimeProvider time, CancellationToken cancellation)
    {
        IModelRuntime opened = decoder == DecoderKind.Mixed
            ? CpuRuntime.Open(setup.Model, new CpuRuntimeOptions { Deterministic = setup.Engine.Deterministic, AdapterType = setup.Engine.AdapterType })
            : ModelRuntimes.Open(setup.Model);
        var runtime = new ClockedRuntime(opened, setup.HasFixedLength ? new EndlessTokenizer(opened.Tokenizer) : opened.Tokenizer, time);
        GenerationEngine? engine = null;
        try
        {
            // Answers fail one by one; what would fail all of them is said here.
            _ = runtime.ChatTemplate.Render([ChatMessage.User("?")], addGenerationPrompt: true);
            var wished = setup.Engine with { Decoder = decoder, Threads = threads };
            // What llama.cpp's decoder has no choice in.
            if (decoder == DecoderKind.Llama) wished = wished with { KeptSlots = null, AdapterType = default, Deterministic = false };
            var fitted = EngineFitting.Fit(wished, runtime, () => AdapterFile.ValuesOf(setup.Adapters.Select(adapter => adapter.File)), out _);
            engine = new GenerationEngine(runtime, fitted);
            foreach (var (adapter, file) in setup.Adapters) await engine.LoadAdapterAsync(adapter, file, cancellation).ConfigureAwait(false);
            return new DebateCandidate(decoder, runtime, engine, setup, time);
        }
        catch
        {
            if (engine is null) runtime.Dispose();
            else await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Debates one problem with an empty cache.</summary>
    /// <param name="problem">What about.</param>
    /// <param name="counts">False for warming up.</param>
    /// <param name="cancellation">Ends the debate.</param>
    /// <exception cref="GenerationException">An answer failed, or is shorter than the fixed length.</exception>
    public async Task DebateAsync(Problem problem, bool counts, CancellationToken cancellation)
    {
        await _engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
        _runtime.Restart();
        var before = _engine.Statistics;
        var start = _time.GetTimestamp();
        var transcripts = await _runner.RunAsync([problem], _setup.Society, new Seed(1), cancellation: cancellation).ConfigureAwait(false);
        var elapsed = _time.GetElapsedTime(start);
        Check(transcripts[0]);
        if (!counts) return;
        _milliseconds.Add(elapsed.TotalMilliseconds);
        _firstTokens.Add(_time.GetElapsedTime(start, _runtime.FirstToken).TotalMilliseconds);
        _tokens += transcripts[0].GeneratedTokens;
        var after = _engine.Statistics;
        _promptTokens += after.PromptTokens - before.PromptTokens;
        _cachedTokens += after.CachedTokens - before.CachedTokens;
    }

    public DebateLatency Result() => new(
        _engine.Model.Name,
        _decoder,
        _setup.Debate.Agents,
        _setup.Debate.Rounds,
        _setup.HasFixedLength ? _setup.Debate.MaxNewTokens : null,
        _milliseconds.Count,
        Percentile(_milliseconds, 0.5),
        Percentile(_milliseconds, 0.95),
        Percentile(_firstTokens, 0.5),
        _promptTokens,
        _cachedTokens,
        _tokens,
        1000 * _tokens / _milliseconds.Sum());

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>A debate with a hole in it would be a fast one.</summary>
    private void Check(Transcript transcript)
    {
        foreach (var turn in transcript.Turns)
        {
            Check(turn.Failure, turn.GeneratedTokens);
            if (turn.Summary is { } summary) Check(summary.Failure, summary.GeneratedTokens);
        }
    }

    private void Check(GenerationFailure? failure, int tokens)
    {
        if (failure is not null) throw new GenerationException(failure.Kind, $"an answer failed: {failure.Message}");
        if (_setup.HasFixedLength && tokens != _setup.Debate.MaxNewTokens)
        {
            throw new GenerationException(
                FailureKind.Invalid,
                $"an answer has {tokens} tokens where {_setup.Debate.MaxNewTokens} were asked for: slots of {_setup.Engine.SlotContext} tokens are full");
        }
    }

    /// <summary>Nearest rank.</summary>
    private static double Percentile(List<double> values, double share) =>
        values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1));
}
