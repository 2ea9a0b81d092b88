using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Bench.Loading;

/// <summary>A way to have requests answered.</summary>
internal interface ILoadTarget
{
    /// <summary>As results name it.</summary>
    string Name { get; }

    /// <exception cref="GenerationException">It was not answered.</exception>
    /// <exception cref="InputException">A server does not answer as OpenAI's API does.</exception>
    Task<LoadAnswer> AskAsync(LoadRequest request, CancellationToken cancellation);
}
