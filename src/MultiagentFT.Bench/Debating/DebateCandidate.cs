using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;

namespace MultiagentFT.Bench.Debating;

/// <summary>One decoder with its engine, and the times of its debates.</summary>
internal sealed class DebateCandidate : IAsyncDisposable
{
    private readonly DecoderKind _decoder;
    private readonly ClockedRuntime _runtime;
    private readonly ServedSociety _society;
    private readonly DebateSetup _setup;
    private readonly TimeProvider _time;
    private readonly DebateRunner _runner;
    private readonly List<double> _milliseconds = [];
    private readonly List<double> _firstTokens = [];
    private long _tokens;
    private long _promptTokens;
    private long _cachedTokens;

    private DebateCandidate(DecoderKind decoder, ClockedRuntime runtime, ServedSociety society, DebateSetup setup, TimeProvider time)
    {
        (_decoder, _runtime, _society, _setup, _time) = (decoder, runtime, society, setup, time);
        _runner = new DebateRunner(society.Engine, setup.Task, setup.Society.Prompts, setup.Society.Debate);
    }

    private IGenerationEngine Engine => _society.Engine;

    private DebateOptions Debate => _setup.Society.Debate;

    /// <exception cref="InputException">A file is not what was expected.</exception>
    public static async Task<DebateCandidate> OpenAsync(
        DecoderKind decoder, DebateSetup setup, int threads, TimeProvider time, CancellationToken cancellation)
    {
        ClockedRuntime? clocked = null;
        var society = await ServedSociety.OpenAsync(
            setup.Society with { Engine = OptionsOf(decoder, setup.Society.Engine with { Threads = threads }) },
            runtime => clocked = new ClockedRuntime(runtime, setup.HasFixedLength ? new EndlessTokenizer(runtime.Tokenizer) : runtime.Tokenizer, time),
            cancellation).ConfigureAwait(false);
        return new DebateCandidate(decoder, clocked!, society, setup, time);
    }

    /// <summary>Without what llama.cpp's decoder has no choice in.</summary>
    private static EngineOptions OptionsOf(DecoderKind decoder, EngineOptions options) => decoder == DecoderKind.Llama
        ? options with { Decoder = decoder, KeptSlots = null, AdapterType = default, Deterministic = false }
        : options with { Decoder = decoder };

    /// <summary>Debates one problem with an empty cache.</summary>
    /// <param name="problem">What about.</param>
    /// <param name="counts">False for warming up.</param>
    /// <param name="cancellation">Ends the debate.</param>
    /// <exception cref="GenerationException">An answer failed, or is shorter than the fixed length.</exception>
    public async Task DebateAsync(Problem problem, bool counts, CancellationToken cancellation)
    {
        await Engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
        _runtime.Restart();
        var before = Engine.Statistics;
        var start = _time.GetTimestamp();
        var transcripts = await _runner.RunAsync([problem], _society.Speakers, new Seed(1), cancellation: cancellation).ConfigureAwait(false);
        var elapsed = _time.GetElapsedTime(start);
        Check(transcripts[0]);
        if (!counts) return;
        _milliseconds.Add(elapsed.TotalMilliseconds);
        _firstTokens.Add(_time.GetElapsedTime(start, _runtime.FirstToken).TotalMilliseconds);
        _tokens += transcripts[0].GeneratedTokens;
        var after = Engine.Statistics;
        _promptTokens += after.PromptTokens - before.PromptTokens;
        _cachedTokens += after.CachedTokens - before.CachedTokens;
    }

    public DebateLatency Result() => new(
        Engine.Model.Name,
        _decoder,
        Debate.Agents,
        Debate.Rounds,
        _setup.HasFixedLength ? Debate.MaxNewTokens : null,
        _milliseconds.Count,
        Percentile(_milliseconds, 0.5),
        Percentile(_milliseconds, 0.95),
        Percentile(_firstTokens, 0.5),
        _promptTokens,
        _cachedTokens,
        _tokens,
        1000 * _tokens / _milliseconds.Sum());

    public ValueTask DisposeAsync() => _society.DisposeAsync();

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
        if (_setup.HasFixedLength && tokens != Debate.MaxNewTokens)
        {
            throw new GenerationException(
                FailureKind.Invalid,
                $"an answer has {tokens} tokens where {Debate.MaxNewTokens} were asked for: slots of {_setup.Society.Engine.SlotContext} tokens are full");
        }
    }

    /// <summary>Nearest rank.</summary>
    private static double Percentile(List<double> values, double share) =>
        values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1));
}
