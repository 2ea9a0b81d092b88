using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Serving;
using MultiagentFT.Testing;
using OpenAI;
using OpenAI.Chat;

namespace MultiagentFT.Server.Tests;

/// <summary>A society of tiny random models behind Kestrel on a free port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Question = "What is 21+7*18+12-8*28?";

    public required ServedSociety Society { get; init; }

    public required SocietyHost Host { get; init; }

    public required HttpClient Http { get; init; }

    public required TemporaryFolder Folder { get; init; }

    /// <summary>Whether the folder is this server's alone.</summary>
    private bool OwnsFolder { get; init; }

    public EngineLoad Load => Society.Engine.Load;

    /// <param name="isEndless">Whether answers end by their limit alone, after a time that no test waits for.</param>
    public static async Task<TestServer> StartAsync(
        Func<TemporaryFolder, ServerOptions>? server = null, HostOptions? host = null, bool isEndless = false, TemporaryFolder? folder = null, Action<HttpClient>? configure = null,
        Func<TemporaryFolder, SocietyOptions>? society = null)
    {
        var owns = folder is null;
        folder ??= new TemporaryFolder();
        var options = society?.Invoke(folder) ?? (isEndless ? Endless(folder) : Usual(folder));
        var served = await ServedSociety.OpenAsync(options, isEndless ? runtime => new EndlessRuntime(runtime) : null, CancellationToken.None);
        try
        {
            var started = await SocietyHost.StartAsync(served, server?.Invoke(folder), (host ?? new HostOptions()) with { Port = 0 });
            var http = new HttpClient { BaseAddress = started.Address, Timeout = TimeSpan.FromSeconds(60) };
            configure?.Invoke(http);
            return new TestServer { Society = served, Host = started, Http = http, Folder = folder, OwnsFolder = owns };
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    public static string Model(TemporaryFolder folder) => TinyModel.Write(folder.File("model.gguf"));

    public static string Adapter(TemporaryFolder folder, string name, ulong seed) =>
        TinyAdapter.Write(folder.File(name), folder.File("model.gguf"), new TinyAdapterOptions { Seed = seed, Reach = 2 });

    public ChatClient Chat(string model) => Client().GetChatClient(model);

    public OpenAIClient Client(string key = "unused") => new(new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri(Host.Address, "v1"),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    /// <summary>Posts a body as it is.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        using var response = await Http.PostAsync(path, content);
        return ((int)response.StatusCode, await JsonOf(response));
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return ((int)response.StatusCode, await JsonOf(response));
    }

    /// <summary>The data of every event of a streamed answer.</summary>
    public async Task<List<string>> StreamAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(part => part["data: ".Length..])];
    }

    /// <summary>Waits until nothing runs or waits any more.</summary>
    public async Task IdleAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Load is not { Running: 0, Waiting: 0 }) await Task.Delay(5, patience.Token);
        // Refused unless every account of slots and queues is at zero.
        await Society.Engine.ClearCacheAsync(patience.Token);
        Assert.Equal(0, Load.HeldTokens);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        await Society.DisposeAsync();
        if (OwnsFolder) Folder.Dispose();
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <param name="firstSeed">Of the adapters, which are random.</param>
    public static SocietyOptions Usual(TemporaryFolder folder, int firstSeed = 0)
    {
        var options = new SocietyOptions(Model(folder))
        {
            Debate = new DebateOptions { Agents = 2, MaxNewTokens = 24 },
            Engine = new EngineOptions { SlotContext = 512, Slots = 4, Threads = 1 },
        };
        return options.WithAdapters([.. Enumerable.Range(firstSeed, 4).Select(seed => Adapter(folder, $"agent-{seed}.gguf", (ulong)seed))]);
    }

    private static SocietyOptions Endless(TemporaryFolder folder) =>
        new(TinyModel.Write(folder.File("model.gguf"), new TinyModelOptions { ContextLength = 1 << 16 }))
        {
            Debate = new DebateOptions { Agents = 2, MaxNewTokens = 60_000 },
            Engine = new EngineOptions { SlotContext = 1 << 16, KeptSlots = 0, Slots = 4, Threads = 1 },
        };
}
