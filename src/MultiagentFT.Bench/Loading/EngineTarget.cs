using MultiagentFT.Contracts.Generation;
using MultiagentFT.Serving;

namespace MultiagentFT.Bench.Loading;

/// <summary>The engine of this process.</summary>
/// <param name="society">Has an adapter for each index.</param>
/// <param name="answerTokens">Of each answer.</param>
/// <param name="time">The clock.</param>
internal sealed class EngineTarget(ServedSociety society, int answerTokens, TimeProvider time) : ILoadTarget
{
    public string Name => "in process";

    public async Task<LoadAnswer> AskAsync(LoadRequest request, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        TimeSpan? first = null;
        var result = await society.Engine.GenerateAsync(
            new GenerationRequest
            {
                Messages = [ChatMessage.User(request.Prompt)],
                Adapter = society.Options.Adapters[request.Adapter].Adapter(),
                Sampling = society.Options.Debate.Sampling,
                MaxNewTokens = answerTokens,
                Seed = (ulong)request.Seed,
            },
            _ => first ??= time.GetElapsedTime(began),
            cancellation).ConfigureAwait(false);
        return new LoadAnswer(result.Text, result.GeneratedTokens, first);
    }
}
