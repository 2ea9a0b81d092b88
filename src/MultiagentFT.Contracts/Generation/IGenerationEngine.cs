namespace MultiagentFT.Contracts.Generation;

/// <summary>
/// Serves requests of many agents over one copy of the base weights. Members may be called from any thread. Disposing it ends
/// running requests with <see cref="FailureKind.Stopped"/>; later calls throw <see cref="ObjectDisposedException"/>.
/// </summary>
public interface IGenerationEngine : IAsyncDisposable
{
    ModelDescription Model { get; }

    /// <summary>Whether an answer does not depend, bit for bit, on what is decoded beside it.</summary>
    bool IsBatchInvariant => false;

    /// <summary>Totals since the engine was opened.</summary>
    EngineStatistics Statistics { get; }

    /// <summary>What runs and waits at the moment.</summary>
    EngineLoad Load => default;

    /// <summary>Why the engine has stopped by itself: it serves nothing any more. Null while it serves.</summary>
    Exception? Fault => null;

    /// <summary>Makes an adapter available to requests.</summary>
    /// <exception cref="MultiagentFT.Foundation.InputException">The file is not a LoRA adapter of this base model.</exception>
    Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default);

    /// <summary>Frees an adapter once the requests that use it have ended. Unknown adapters are ignored.</summary>
    Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default);

    /// <summary>Writes one answer.</summary>
    /// <param name="request">What to answer, and how.</param>
    /// <param name="onText">Called with each piece of text as it is decoded, on the engine's thread: be quick.</param>
    /// <param name="cancellation">Ends the request at the next step.</param>
    /// <exception cref="GenerationException">This request could not be served.</exception>
    Task<GenerationResult> GenerateAsync(GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default);

    /// <summary>
    /// Writes many answers, admitted together. On an idle engine the results are a function of the requests alone: a
    /// repeated call gives the same tokens. A request that cannot be served comes back as <see cref="FinishReason.Failed"/>.
    /// </summary>
    /// <param name="requests">Answered in the engine's own order.</param>
    /// <param name="onCompleted">Called with (index, result) as each ends, one at a time: for requests refused at once on the caller's
    /// thread, else on the engine's: be quick.</param>
    /// <param name="onText">Called with (index, piece) as text is decoded, on the engine's thread: be quick.</param>
    /// <param name="cancellation">Ends all of them at the next step.</param>
    /// <returns>Results in the order of <paramref name="requests"/>.</returns>
    Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default);

    /// <summary>The first of the model's control tokens that a text spells: messages may not hold it. Null when there is none.</summary>
    string? FindMarkup(string text) => null;

    /// <summary>
    /// Forgets all cached prompts. Batches after this do not depend on what was served before, bit for bit.
    /// Only while idle.
    /// </summary>
    Task ClearCacheAsync(CancellationToken cancellation = default);
}
