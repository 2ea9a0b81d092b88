using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Sends the requests of one phase to the engine together and reports as they end.</summary>
internal sealed class DebatePhase(IGenerationEngine engine, IProgress<DebateProgress>? progress)
{
    private long _generatedTokens;

    public async Task<IReadOnlyList<GenerationResult>> RunAsync(
        string name, int round, IReadOnlyList<GenerationRequest> requests, CancellationToken cancellation)
    {
        if (requests.Count == 0) return [];
        var done = 0;
        return await engine.GenerateBatchAsync(requests, Report, cancellation: cancellation).ConfigureAwait(false);

        void Report(int index, GenerationResult result)
        {
            var tokens = Interlocked.Add(ref _generatedTokens, result.GeneratedTokens);
            progress?.Report(new DebateProgress(name, round, Interlocked.Increment(ref done), requests.Count, tokens));
        }
    }
}
