using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MultiagentFT.Remote.Tests.Endpoint;

/// <summary>What of OpenAI's API the product uses, on loopback: chat completions by <see cref="Rule"/>, files and finetuning jobs in memory.</summary>
internal sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _key;
    private readonly Lock _gate = new();
    private int _calls, _running, _files, _jobs;

    private FakeEndpoint(WebApplication app, string? key) => (_app, _key) = (app, key);

    public string BaseUrl { get; private set; } = "";

    public ConcurrentQueue<ChatCall> Calls { get; } = [];

    /// <summary>Answers that went out whole, by <see cref="ChatCall.Key"/>.</summary>
    public ConcurrentQueue<string> Answered { get; } = [];

    public int MostAtATime { get; private set; }

    public ConcurrentDictionary<string, (string Name, string Content)> Files { get; } = new();

    public ConcurrentDictionary<string, FakeJob> Jobs { get; } = new();

    public int PollsUntilDone { get; set; } = 2;

    /// <summary>Handles a chat completion in place of the rule; false leaves it to the rule.</summary>
    public Func<ChatCall, HttpContext, Task<bool>> Trouble { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Called when a job was created and its answer is not sent yet.</summary>
    public Func<FakeJob, HttpContext, Task> JobCreated { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called when a file is stored and its answer is not sent yet.</summary>
    public Func<HttpContext, Task> FileStored { get; set; } = _ => Task.CompletedTask;

    public Func<ChatCall, string> Answer { get; set; } = Rule.Answer;

    /// <param name="key">The only key that is accepted; null accepts everybody.</param>
    public static async Task<FakeEndpoint> StartAsync(string? key = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var endpoint = new FakeEndpoint(app, key);
        app.Run(endpoint.HandleAsync);
        await app.StartAsync();
        endpoint.BaseUrl = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1";
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    /// <summary>An answer that is no completion.</summary>
    public static async Task<bool> SayAsync(HttpContext context, int status, string body, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
        return true;
    }

    public static Task<bool> RefuseAsync(HttpContext context, int status, string code, string message, params (string Name, string Value)[] headers) =>
        SayAsync(context, status, JsonSerializer.Serialize(new { error = new { message, type = "error", code } }), headers);

    private async Task HandleAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!["/v1".Length..]);
        if (_key is not null && context.Request.Headers.Authorization != "Bearer " + _key)
        {
            // As careless as an endpoint can be.
            await RefuseAsync(context, 401, "invalid_api_key", $"Incorrect API key provided: {context.Request.Headers.Authorization}");
            return;
        }
        var handling = (method, path) switch
        {
            ("GET", "/models") => context.Response.WriteAsJsonAsync(new { @object = "list", data = Array.Empty<object>() }),
            ("POST", "/chat/completions") => ChatAsync(context),
            ("POST", "/files") => UploadAsync(context),
            ("GET", "/files") => context.Response.WriteAsJsonAsync(new { @object = "list", data = Files.Select(file => FileJson(file.Key, file.Value.Name)) }),
            ("POST", "/fine_tuning/jobs") => CreateAsync(context),
            ("GET", "/fine_tuning/jobs") => context.Response.WriteAsJsonAsync(new { @object = "list", has_more = false, data = Jobs.Values.Select(job => job.Json(PollsUntilDone, 0)) }),
            ("GET", _) when path.StartsWith("/fine_tuning/jobs/", StringComparison.Ordinal) => PollAsync(context, path["/fine_tuning/jobs/".Length..]),
            _ => RefuseAsync(context, 404, "not_found", "no such path"),
        };
        await handling;
    }

    private async Task ChatAsync(HttpContext context)
    {
        var call = new ChatCall(
            Interlocked.Increment(ref _calls), context.Request.Headers.Authorization.ToString(), await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body));
        Calls.Enqueue(call);
        lock (_gate) MostAtATime = Math.Max(MostAtATime, ++_running);
        try
        {
            if (await Trouble(call, context)) return;
            var words = Answer(call).Split(' ');
            var text = string.Join(' ', words.Take(call.Most));
            if (call.Streams) await StreamAsync(context, call, text, words.Length > call.Most);
            else await context.Response.WriteAsJsonAsync(Completion(call, text, words.Length > call.Most));
            Answered.Enqueue(call.Key);
        }
        finally
        {
            lock (_gate) _running--;
        }
    }

    public static object Completion(ChatCall call, string text, bool isCut) => new
    {
        id = "chat-" + call.Number,
        @object = "chat.completion",
        created = 1,
        model = call.Model + "-exact",
        system_fingerprint = "fp_1",
        choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = isCut ? "length" : "stop" } },
        usage = Usage(call, text),
    };

    public static object Piece(ChatCall call, string? text, string? finish, object? usage) => new
    {
        id = "chat-" + call.Number,
        @object = "chat.completion.chunk",
        created = 1,
        model = call.Model + "-exact",
        system_fingerprint = "fp_1",
        choices = usage is not null ? Array.Empty<object>() : [new { index = 0, delta = new { content = text ?? "" }, finish_reason = finish }],
        usage,
    };

    private static object Usage(ChatCall call, string text) => new
    {
        prompt_tokens = Rule.Tokens(call.Body.GetProperty("messages").GetRawText()),
        completion_tokens = Rule.Tokens(text),
        total_tokens = Rule.Tokens(call.Body.GetProperty("messages").GetRawText()) + Rule.Tokens(text),
        prompt_tokens_details = new { cached_tokens = 1 },
    };

    public static Task EventAsync(HttpContext context, object value) => context.Response.WriteAsync($"data: {JsonSerializer.Serialize(value)}\n\n");

    private static async Task StreamAsync(HttpContext context, ChatCall call, string text, bool isCut)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var (index, word) in text.Split(' ').Index()) await EventAsync(context, Piece(call, (index == 0 ? "" : " ") + word, null, null));
        await EventAsync(context, Piece(call, null, isCut ? "length" : "stop", null));
        await EventAsync(context, Piece(call, null, null, Usage(call, text)));
        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    private async Task UploadAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var file = form.Files["file"]!;
        using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
        var id = $"file-{Interlocked.Increment(ref _files)}";
        Files[id] = (file.FileName, await reader.ReadToEndAsync());
        await FileStored(context);
        await context.Response.WriteAsJsonAsync(FileJson(id, file.FileName));
    }

    private static object FileJson(string id, string name) =>
        new { id, @object = "file", bytes = 1, created_at = 1, filename = name, purpose = "fine-tune", status = "processed" };

    private async Task CreateAsync(HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var job = new FakeJob(
            $"ftjob-{Interlocked.Increment(ref _jobs)}",
            body.GetProperty("model").GetString()!,
            body.GetProperty("training_file").GetString()!,
            body.GetProperty("suffix").GetString(),
            body.GetProperty("seed").GetInt32(),
            body.GetProperty("method").GetProperty("supervised").GetProperty("hyperparameters").GetProperty("n_epochs").GetInt32());
        if (!Files.ContainsKey(job.File))
        {
            await RefuseAsync(context, 400, "invalid_file", "no such file");
            return;
        }
        Jobs[job.Id] = job;
        await JobCreated(job, context);
        await context.Response.WriteAsJsonAsync(job.Json(PollsUntilDone, 0));
    }

    private async Task PollAsync(HttpContext context, string id)
    {
        if (!Jobs.TryGetValue(id, out var job))
        {
            await RefuseAsync(context, 404, "not_found", "no such job");
            return;
        }
        job.Polls++;
        await context.Response.WriteAsJsonAsync(job.Json(PollsUntilDone, Rule.Tokens(Files[job.File].Content) * job.Epochs));
    }
}
