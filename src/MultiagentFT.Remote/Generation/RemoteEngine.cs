using System.Collections.Concurrent;
using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Spending;

namespace MultiagentFT.Remote.Generation;

/// <summary>
/// Serves requests by an OpenAI-compatible endpoint. An adapter is another model of the same endpoint, which a file refers to
/// (<see cref="RemoteWeights"/>). The endpoint's answers are as repeatable as the endpoint is: seeds are sent, and what it says of itself is kept.
/// </summary>
public sealed class RemoteEngine : IGenerationEngine
{
    /// <summary>Characters of an answer that comes in pieces, at most, for a new token that was asked for.</summary>
    private const int CharactersPerToken = 256;

    private readonly RemoteEndpoint _endpoint;
    private readonly bool _ownsEndpoint;
    private readonly string _model;
    private readonly RemoteErrors _errors;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentDictionary<AdapterVersion, string> _adapters = new();
    private readonly CancellationTokenSource _disposed = new();
    private int _waiting;
    private long _promptTokens, _cachedTokens, _generatedTokens, _answers;

    /// <param name="endpoint">Serves the models.</param>
    /// <param name="model">The endpoint's name of the base model.</param>
    /// <param name="ownsEndpoint">Whether the endpoint is disposed with the engine.</param>
    /// <exception cref="InputException">No model can have this name.</exception>
    public RemoteEngine(RemoteEndpoint endpoint, string model, bool ownsEndpoint = true)
    {
        if (!RemoteModel.IsName(model)) throw new InputException("model", null, "openai:NAME, the endpoint's name of a model", RemoteModel.Prefix + model);
        (_endpoint, _model, _ownsEndpoint, _errors) = (endpoint, model, ownsEndpoint, new RemoteErrors(endpoint));
        _slots = new SemaphoreSlim(endpoint.Options.Concurrency);
        Model = new ModelDescription(RemoteModel.Prefix + model, model, "remote", 0, 0, 0, 0);
    }

    public ModelDescription Model { get; }

    /// <summary>Nothing that is sent beside a request changes its answer, as far as it is in this program's hand: what was paid for is kept.</summary>
    public bool IsBatchInvariant => true;

    /// <summary>Steps are answers.</summary>
    public EngineStatistics Statistics => new(
        Interlocked.Read(ref _promptTokens), Interlocked.Read(ref _cachedTokens), Interlocked.Read(ref _generatedTokens), Interlocked.Read(ref _answers), 0);

    public EngineLoad Load => new(_endpoint.Options.Concurrency - _slots.CurrentCount, Volatile.Read(ref _waiting), _endpoint.Options.Concurrency, 0, 0, _adapters.Count);

    public string? FindMarkup(string text) => ControlTokens.Find(text);

    /// <inheritdoc />
    public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        _adapters[adapter] = RemoteWeights.Read(path).ModelAt(_endpoint.Options.BaseUrl, path);
        return Task.CompletedTask;
    }

    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        _adapters.TryRemove(adapter, out _);
        return Task.CompletedTask;
    }

    /// <summary>There is none that would be this program's.</summary>
    public Task ClearCacheAsync(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    /// <exception cref="InputException">The endpoint refuses the key or the model, or the budget is spent.</exception>
    public async Task<GenerationResult> GenerateAsync(
        GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposed.Token);
        var result = await AnswerAsync(request, onText, ended.Token, cancellation).ConfigureAwait(false);
        return result.Failure is null ? result : throw new GenerationException(result.Failure);
    }

    /// <inheritdoc />
    /// <exception cref="InputException">
    /// The endpoint refuses the key or the model, or the budget is spent. Nothing new is sent then; what was under way has ended, and
    /// <paramref name="onCompleted"/> has had it.
    /// </exception>
    public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposed.Token);
        var results = new GenerationResult[requests.Count];
        var gate = new Lock();
        InputException? refusal = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = _endpoint.Options.Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(0, requests.Count), options, async (index, _) =>
        {
            if (Volatile.Read(ref refusal) is not null) return;
            try
            {
                results[index] = await AnswerAsync(requests[index], onText is null ? null : piece => onText(index, piece), ended.Token, cancellation).ConfigureAwait(false);
            }
            catch (InputException error)
            {
                Interlocked.CompareExchange(ref refusal, error, null);
                return;
            }
            lock (gate) onCompleted?.Invoke(index, results[index]);
        }).ConfigureAwait(false);
        return refusal is null ? results : throw refusal;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync().ConfigureAwait(false);
        if (_ownsEndpoint) _endpoint.Dispose();
    }

    /// <param name="ended">Cancelled by the caller or by disposing.</param>
    /// <param name="cancelled">By the caller alone.</param>
    private async Task<GenerationResult> AnswerAsync(
        GenerationRequest request, Action<string>? onText, CancellationToken ended, CancellationToken cancelled)
    {
        if (ChatRequest.Refusal(request) is { } refusal) return Failed(refusal);
        var model = _model;
        if (request.Adapter is { } adapter && !_adapters.TryGetValue(adapter, out model!))
            return Failed(new GenerationFailure(FailureKind.Invalid, $"adapter: expected one that is loaded, found {adapter}"));
        try
        {
            Interlocked.Increment(ref _waiting);
            await _slots.WaitAsync(ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return Failed(Stopped);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        var charge = Charge.OfAnswer(_endpoint.Budget, ChatRequest.Most(request), onText is not null);
        Charge.Current = charge;
        try
        {
            var answer = onText is null
                ? await AskAsync(model, request, ended).ConfigureAwait(false)
                : await StreamAsync(model, request, onText, ended).ConfigureAwait(false);
            if (answer.Usage is { InputTokenCount: { } prompt, OutputTokenCount: { } generated }) charge.Settle(new Tokens(Math.Max(0, prompt), Math.Max(0, generated)));
            if (answer.Failure(request.MaxNewTokens) is { } failure)
                return Failed(failure with { Message = $"{_endpoint.Options.BaseUrl}: {failure.Message}" });
            var result = answer.Result(_endpoint.Redact, model);
            Count(result);
            return result;
        }
        catch (Exception) when (cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled);
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            return Failed(Stopped);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Failed(_errors.Failure(error));
        }
        finally
        {
            charge.Lose();
            Charge.Current = null;
            _slots.Release();
        }
    }

    private async Task<ChatAnswer> AskAsync(string model, GenerationRequest request, CancellationToken cancellation) => ChatAnswer.Of(
        await _endpoint.Chat(model).GetResponseAsync(ChatRequest.Messages(request), ChatRequest.Options(request, _endpoint.IsOpenAi), cancellation).ConfigureAwait(false));

    /// <summary>Attempts are repeated until the first piece; a text that breaks off in its middle was shown already and is not begun anew.</summary>
    private async Task<ChatAnswer> StreamAsync(string model, GenerationRequest request, Action<string> onText, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _endpoint.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        Charge.Current!.OnAnswered = () => limit.CancelAfter(TimeSpan.FromSeconds(_endpoint.Options.TimeoutSeconds));
        var answer = new ChatAnswer();
        var text = new StringBuilder();
        var filter = _endpoint.Filter();
        var updates = _endpoint.Chat(model).GetStreamingResponseAsync(ChatRequest.Messages(request), ChatRequest.Options(request, _endpoint.IsOpenAi), either.Token);
        await foreach (var update in updates.ConfigureAwait(false))
        {
            answer.Add(update);
            Show(filter.Add(update.Text));
            if (text.Length > (long)CharactersPerToken * request.MaxNewTokens) throw new InvalidDataException("an answer without an end");
        }
        Show(filter.End());
        answer.Text = text.ToString();
        return answer;

        void Show(string piece)
        {
            if (piece.Length == 0) return;
            text.Append(piece);
            onText(piece);
        }
    }

    private void Count(GenerationResult result)
    {
        Interlocked.Add(ref _promptTokens, result.PromptTokens - result.CachedTokens);
        Interlocked.Add(ref _cachedTokens, result.CachedTokens);
        Interlocked.Add(ref _generatedTokens, result.GeneratedTokens);
        Interlocked.Increment(ref _answers);
    }

    private static GenerationFailure Stopped { get; } = new(FailureKind.Stopped, "the engine was disposed");

    private static GenerationResult Failed(GenerationFailure failure) => new("", [], FinishReason.Failed, 0, 0, failure);
}
