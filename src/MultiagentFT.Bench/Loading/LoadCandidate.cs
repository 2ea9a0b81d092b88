using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Bench.Loading;

/// <summary>A target and the times of its rounds.</summary>
/// <param name="target">Answers.</param>
/// <param name="options">How to measure.</param>
/// <param name="hasFixedLength">Whether no answer may be shorter than the options say.</param>
/// <param name="time">The clock.</param>
internal sealed class LoadCandidate(ILoadTarget target, LoadBenchOptions options, bool hasFixedLength, TimeProvider time)
{
    private readonly List<double> _firstTokens = [];
    private double _seconds;
    private long _tokens;
    private int _requests;

    public string Name => target.Name;

    /// <summary>Has every client ask its share of the requests, one after the other.</summary>
    /// <param name="requests">Client by client.</param>
    /// <param name="counts">False for warming up.</param>
    /// <returns>Texts, in the order of the requests.</returns>
    /// <exception cref="GenerationException">An answer has another number of tokens than all have to have.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<LoadRequest> requests, bool counts, CancellationToken cancellation)
    {
        var answers = new LoadAnswer[requests.Count];
        var began = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.Clients).Select(client => Task.Run(() => AskAsync(client), cancellation))).ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(began);
        foreach (var answer in answers) Check(answer);
        if (counts) Count(answers, elapsed);
        return [.. answers.Select(answer => answer.Text)];

        async Task AskAsync(int client)
        {
            for (var i = client * options.Requests; i < (client + 1) * options.Requests; i++)
                answers[i] = await target.AskAsync(requests[i], cancellation).ConfigureAwait(false);
        }
    }

    public LoadResult Result() => new(
        Name, options.Clients, options.Adapters, _requests, _tokens, _tokens / _seconds, Percentile(_firstTokens, 0.5), Percentile(_firstTokens, 0.95));

    private void Count(LoadAnswer[] answers, TimeSpan elapsed)
    {
        _seconds += elapsed.TotalSeconds;
        _requests += answers.Length;
        _tokens += answers.Sum(answer => (long)answer.Tokens);
        _firstTokens.AddRange(answers.Select(answer => answer.FirstToken).OfType<TimeSpan>().Select(first => first.TotalMilliseconds));
    }

    /// <summary>A shorter answer would be a fast one.</summary>
    private void Check(LoadAnswer answer)
    {
        if (hasFixedLength && answer.Tokens != options.AnswerTokens)
            throw new GenerationException(FailureKind.Invalid, $"{Name}: an answer has {answer.Tokens} tokens where {options.AnswerTokens} were asked for");
    }

    /// <summary>Nearest rank.</summary>
    private static double Percentile(List<double> values, double share) =>
        values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1));
}
