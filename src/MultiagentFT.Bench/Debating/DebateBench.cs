using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Bench.Debating;

/// <summary>
/// Times whole debates, one at a time, as a user who asks one question meets them. The decoders take turns, problem by
/// problem, and debate the same problems with the same seeds.
/// </summary>
public static class DebateBench
{
    /// <param name="setup">Who debates.</param>
    /// <param name="options">How to measure.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told how many debates are over.</param>
    /// <param name="cancellation">Ends the running debate.</param>
    /// <exception cref="InputException">The options or a file are not what was expected.</exception>
    /// <exception cref="GenerationException">An answer failed, or is shorter than the fixed length.</exception>
    public static async Task<IReadOnlyList<DebateLatency>> RunAsync(
        DebateSetup setup,
        DebateBenchOptions options,
        TimeProvider time,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellation)
    {
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException(error);
        var problems = setup.Task.Draw(Split.Development, options.Debates + 1, new Seed(1));
        var candidates = new List<DebateCandidate>();
        try
        {
            foreach (var decoder in options.Decoders)
                candidates.Add(await DebateCandidate.OpenAsync(decoder, setup, options.Threads, time, cancellation).ConfigureAwait(false));
            // The first problem warms up and is not counted.
            for (var i = 0; i < problems.Count; i++)
            {
                foreach (var candidate in candidates)
                    await candidate.DebateAsync(problems[i], counts: i > 0, cancellation).ConfigureAwait(false);
                progress?.Report((i, options.Debates));
            }
            return candidates.ConvertAll(candidate => candidate.Result());
        }
        finally
        {
            foreach (var candidate in candidates) await candidate.DisposeAsync().ConfigureAwait(false);
        }
    }
}
