using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Http;
using MultiagentFT.Remote.Spending;
using OpenAI;
using OpenAI.Files;
using OpenAI.FineTuning;

namespace MultiagentFT.Remote;

/// <summary>An OpenAI-compatible endpoint: its clients, the key, and the account of what it is paid. Thread-safe.</summary>
public sealed class RemoteEndpoint : IDisposable
{
    private readonly ApiKey? _key;
    private readonly HttpClient _http;
    private readonly OpenAIClient _client;
    private readonly ConcurrentDictionary<string, IChatClient> _chats = new(StringComparer.Ordinal);

    /// <param name="options">Address, limits, prices.</param>
    /// <param name="key">Sent with every request; null: none.</param>
    /// <param name="onWait">Told why an attempt is repeated, and after how long; from any thread.</param>
    /// <param name="time">Measures waits; null: the system's.</param>
    /// <exception cref="InputException">Options are out of range, or the key would be sent unencrypted to another machine.</exception>
    public RemoteEndpoint(RemoteOptions options, ApiKey? key, Action<string, TimeSpan>? onWait = null, TimeProvider? time = null)
        : this(options, key, Waits.Usual, onWait, time)
    {
    }

    internal RemoteEndpoint(
        RemoteOptions options, ApiKey? key, Waits waits, Action<string, TimeSpan>? onWait = null, TimeProvider? time = null, Func<Guid>? nextId = null)
    {
        if (options.Validate().ToList() is { Count: > 0 } errors) throw new InputException("remote." + string.Join("; remote.", errors));
        Address = new Uri(options.BaseUrl.TrimEnd('/'));
        if (key is not null && Address.Scheme != Uri.UriSchemeHttps && !Address.IsLoopback)
        {
            throw new InputException(
                "remote.baseUrl", null, $"https, or no API key (no --api-key-file and an empty {ApiKey.Variable}), as anybody on the way could read it", options.BaseUrl);
        }
        (Options, _key, Time, Waits, NextId) = (options, key, time ?? TimeProvider.System, waits, nextId ?? Guid.NewGuid);
        Budget = new Budget(options, NextId());
        _http = RemoteHttp.Create(options, Address, key, waits.FirstRetry, Time, onWait);
        _client = new OpenAIClient(new ApiKeyCredential("added-later"), new OpenAIClientOptions
        {
            Endpoint = Address,
            Transport = new HttpClientPipelineTransport(_http),
            // Time limits and repetitions are those of the connection.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
            EnableDistributedTracing = false,
        });
        Files = _client.GetOpenAIFileClient();
        FineTuning = _client.GetFineTuningClient();
    }

    public RemoteOptions Options { get; }

    public Budget Budget { get; }

    internal Uri Address { get; }

    internal TimeProvider Time { get; }

    internal Waits Waits { get; }

    /// <summary>What names of files and jobs are made of; no two are equal.</summary>
    internal Func<Guid> NextId { get; }

    internal OpenAIFileClient Files { get; }

    internal FineTuningClient FineTuning { get; }

    /// <summary>Whether this is OpenAI's own, whose newer names of fields others do not know.</summary>
    internal bool IsOpenAi => Address.Host == new Uri(RemoteOptions.OpenAi).Host;

    /// <summary>Asks for the list of models, which costs nothing: whether anybody answers there, and takes the key.</summary>
    /// <exception cref="InputException">Nobody does, or the key is refused.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address + "/models");
        try
        {
            using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            // An endpoint need not have a list, and a key may be one that must not read it.
            if ((int)response.StatusCode == 401) throw new RemoteErrors(this).Refused(401, await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or Polly.Timeout.TimeoutRejectedException)
        {
            throw new InputException("remote.baseUrl", null, "an endpoint that answers (--base-url)", $"{Options.BaseUrl}: {Redact(error.Message)}");
        }
    }

    public void Dispose()
    {
        foreach (var chat in _chats.Values) chat.Dispose();
        _http.Dispose();
    }

    internal IChatClient Chat(string model) => _chats.GetOrAdd(model, name => _client.GetChatClient(name).AsIChatClient());

    /// <summary>A text from the endpoint without the key.</summary>
    internal string Redact(string text) => _key?.Redact(text) ?? text;

    /// <summary>Hides the key in a text that comes in pieces.</summary>
    internal PieceFilter Filter() => new(_key);
}
