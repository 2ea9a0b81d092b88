using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MultiagentFT.Remote.Tests.Endpoint;

/// <summary>Stands before a server at an address that stays when the server is another one, and counts what is asked of it.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private const string Completion = "POST /v1/chat/completions";
    private const string Creation = "POST /v1/fine_tuning/jobs";

    private readonly WebApplication _app;
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private int _completions, _jobs;

    private Relay(WebApplication app) => _app = app;

    public string BaseUrl { get; private set; } = "";

    /// <summary>Where requests go.</summary>
    public required Uri Target { get; set; }

    /// <summary>Chat completions that were asked for.</summary>
    public int Completions => _completions;

    /// <summary>Called with the number of a chat completion, from 1, before it goes to the server.</summary>
    public Action<int> OnCompletion { get; set; } = _ => { };

    /// <summary>Called with the number of a finetuning job, from 1, when the server has created it and nobody has been told.</summary>
    public Action<int> OnJob { get; set; } = _ => { };

    public static async Task<Relay> StartAsync(Uri target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var relay = new Relay(app) { Target = target };
        app.Run(relay.PassAsync);
        await app.StartAsync();
        relay.BaseUrl = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1";
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>What was sent to the server is done there, whether or not the client still waits for it.</summary>
    private async Task PassAsync(HttpContext context)
    {
        var asked = $"{context.Request.Method} {context.Request.Path}";
        if (asked == Completion) OnCompletion(Interlocked.Increment(ref _completions));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(Target, context.Request.Path + context.Request.QueryString));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        using var response = await _http.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (asked == Creation) OnJob(Interlocked.Increment(ref _jobs));
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(answer);
    }
}
