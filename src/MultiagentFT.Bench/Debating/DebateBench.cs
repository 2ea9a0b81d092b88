using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Inference;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.SocietyDecoder;

namespace MultiagentFT.Bench.Debating;

/// <summary>
/// Times whole debates, one at a time, as a user who asks one question meets them. The decoders take turns, problem by
/// problem, and debate the same problems with the same seeds.
/// </summary>
public static class DebateBench
{
    /// <param name="model">GGUF file with a chat template.</param>
    /// <param name="adapters">Two files an agent: generators, then critics.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told how many debates are over.</param>
    /// <param name="cancellation">Ends the running debate.</param>
    /// <exception cref="InputException">The options or a file are not what was expected.</exception>
    public static async Task<IReadOnlyList<DebateLatency>> RunAsync(
        string model,
        IReadOnlyList<string> adapters,
        DebateBenchOptions options,
        TimeProvider time,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellation)
    {
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException(error);
        var task = new ArithmeticTask();
        var problems = task.Draw(Split.Development, options.Debates + 1, new Seed(1));
        var candidates = new List<Candidate>();
        try
        {
            foreach (var decoder in options.Decoders)
                candidates.Add(await Candidate.OpenAsync(decoder, model, adapters, options, time, cancellation).ConfigureAwait(false));
            // The first problem warms up and is not counted.
            for (var i = 0; i < problems.Count; i++)
            {
                foreach (var candidate in candidates)
                    await candidate.DebateAsync(task, problems[i], counts: i > 0, cancellation).ConfigureAwait(false);
                progress?.Report((i, options.Debates));
            }
            return candidates.ConvertAll(candidate => candidate.Result());
        }
        finally
        {
            foreach (var candidate in candidates) await candidate.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One decoder with its engine and its society.</summary>
    private sealed class Candidate(DecoderKind decoder, ClockedRuntime runtime, PooledEngine engine, Society society, DebateBenchOptions options, TimeProvider time)
        : IAsyncDisposable
    {
        private readonly List<double> _milliseconds = [];
        private readonly List<double> _firstTokens = [];
        private long _tokens;

        public static async Task<Candidate> OpenAsync(
            DecoderKind decoder, string model, IReadOnlyList<string> files, DebateBenchOptions options, TimeProvider time, CancellationToken cancellation)
        {
            IModelRuntime opened = decoder == DecoderKind.Society ? SocietyRuntime.Open(model) : ServingRuntime.Open(model);
            var runtime = new ClockedRuntime(opened, time);
            var engine = new PooledEngine(runtime, new EngineOptions { Slots = Math.Max(8, options.Agents), Threads = options.Threads });
            AdapterVersion[] adapters = [.. files.Select((_, index) => new AdapterVersion($"agent-{index}", 1))];
            for (var i = 0; i < files.Count; i++) await engine.LoadAdapterAsync(adapters[i], files[i], cancellation).ConfigureAwait(false);
            return new Candidate(
                decoder, runtime, engine, new Society(adapters[..options.Agents], adapters[options.Agents..]), options, time);
        }

        public async Task DebateAsync(ArithmeticTask task, Problem problem, bool counts, CancellationToken cancellation)
        {
            var runner = new DebateRunner(
                engine, task, new PromptSet(), new DebateOptions { Agents = options.Agents, Rounds = options.Rounds, MaxNewTokens = 128 });
            await engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
            runtime.Restart();
            var start = time.GetTimestamp();
            var transcripts = await runner.RunAsync([problem], society, new Seed(1), cancellation: cancellation).ConfigureAwait(false);
            if (!counts) return;
            _milliseconds.Add(time.GetElapsedTime(start).TotalMilliseconds);
            _firstTokens.Add(time.GetElapsedTime(start, runtime.FirstToken).TotalMilliseconds);
            _tokens += transcripts[0].GeneratedTokens;
        }

        public DebateLatency Result() => new(
            decoder,
            options.Agents,
            options.Rounds,
            options.Debates,
            Percentile(_milliseconds, 0.5),
            Percentile(_milliseconds, 0.95),
            Percentile(_firstTokens, 0.5),
            1000 * _tokens / _milliseconds.Sum());

        public ValueTask DisposeAsync() => engine.DisposeAsync();

        /// <summary>Nearest rank.</summary>
        private static double Percentile(List<double> values, double share) =>
            values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1));
    }
}
