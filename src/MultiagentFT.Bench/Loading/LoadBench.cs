using MultiagentFT.Bench.Debating;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Serving;

namespace MultiagentFT.Bench.Loading;

/// <summary>
/// Many streaming clients over many adapters: the same requests in process, through this product's server, and by another server where one is named. They
/// take turns, round by round, each with requests of its own that no cache has met.
/// </summary>
/// <param name="model">GGUF file with a chat template.</param>
/// <param name="adapters">An adapter file for each index.</param>
/// <param name="options">In range.</param>
/// <param name="listen">Serves a society; gives the address of its API, such as <c>http://127.0.0.1:8080/v1/</c>, and what ends it.</param>
/// <param name="other">Another server with the same model and adapters; null: none.</param>
/// <param name="time">The clock.</param>
public sealed class LoadBench(
    string model,
    IReadOnlyList<string> adapters,
    LoadBenchOptions options,
    Func<ServedSociety, CancellationToken, Task<(Uri Address, IAsyncDisposable Server)>> listen,
    OtherServer? other,
    TimeProvider time)
{
    /// <summary>Beside a prompt's words, which may take several tokens each.</summary>
    private const int TemplateTokens = 64;

    private const int MostTokensOfAWord = 8;

    /// <param name="progress">Told how many rounds are over.</param>
    /// <exception cref="InputException">A file is not what was expected, or a server does not answer.</exception>
    /// <exception cref="GenerationException">An answer failed, or is shorter than the fixed length, or the server gave another than the engine.</exception>
    public async Task<IReadOnlyList<LoadResult>> RunAsync(IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        await using var society = await ServedSociety.OpenAsync(
            Society(), runtime => new ClockedRuntime(runtime, new EndlessTokenizer(runtime.Tokenizer), time), cancellation).ConfigureAwait(false);
        var (address, server) = await listen(society, cancellation).ConfigureAwait(false);
        await using var listening = server.ConfigureAwait(false);
        using var http = Client(address);
        using var otherHttp = other is null ? null : Client(other.Address);
        List<LoadCandidate> candidates =
        [
            new(new EngineTarget(society, options.AnswerTokens, time), options, hasFixedLength: true, time),
            new(new ServerTarget("http", http, request => Body(request, NameOf(request.Adapter)), time), options, hasFixedLength: true, time),
        ];
        if (other is not null) candidates.Add(new LoadCandidate(Target(other, otherHttp!), options, other.NamesAdaptersByIndex, time));
        for (var round = 0; round <= options.Rounds; round++)
        {
            var requests = Requests(round);
            var texts = new List<IReadOnlyList<string>>();
            foreach (var candidate in candidates)
            {
                await society.Engine.ClearCacheAsync(cancellation).ConfigureAwait(false);
                texts.Add(await candidate.RunAsync(requests, counts: round > 0, cancellation).ConfigureAwait(false));
            }
            if (society.Engine.IsBatchInvariant && !texts[0].SequenceEqual(texts[1], StringComparer.Ordinal))
                throw new GenerationException(FailureKind.Invalid, "the server has given another answer than the engine to the same request");
            progress?.Report((round, options.Rounds));
        }
        var results = candidates.ConvertAll(candidate => candidate.Result());
        return results.ConvertAll(result => result.Over(results[0]));
    }

    private ServerTarget Target(OtherServer server, HttpClient client) => new(
        server.Address.ToString(), client, request => server.Fields(Body(request, server.ModelOf(request.Adapter)), request.Adapter, options.Adapters), time);

    private SocietyOptions Society() => new(model)
    {
        Adapters = [.. Enumerable.Range(0, options.Adapters).Select(index => new AgentAdapter(NameOf(index), 1, adapters[index]))],
        Debate = new DebateOptions { MaxNewTokens = options.AnswerTokens },
        Engine = new EngineOptions
        {
            Slots = options.Clients,
            SlotContext = TemplateTokens + (MostTokensOfAWord * options.PromptWords) + options.AnswerTokens,
            Threads = options.Threads,
        },
    };

    private Dictionary<string, object> Body(LoadRequest request, string name) => new()
    {
        ["model"] = name,
        ["messages"] = new[] { new { role = ChatMessage.UserRole, content = request.Prompt } },
        ["seed"] = request.Seed,
        ["max_tokens"] = options.AnswerTokens,
        ["temperature"] = new DebateOptions().Sampling.Temperature,
        ["top_p"] = new DebateOptions().Sampling.TopP,
    };

    private LoadRequest[] Requests(int round)
    {
        var random = new Seed(1).Of(round).Generator();
        return
        [
            .. Enumerable.Range(0, options.Clients * options.Requests).Select(index => new LoadRequest(
                index % options.Adapters,
                string.Join(' ', Enumerable.Range(0, options.PromptWords).Select(_ => (int)(random.NextDouble() * 1000))),
                (round * 100_000) + index)),
        ];
    }

    private static string NameOf(int adapter) => $"noise-{adapter + 1}";

    private HttpClient Client(Uri address) => new(new SocketsHttpHandler { MaxConnectionsPerServer = options.Clients }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
}
