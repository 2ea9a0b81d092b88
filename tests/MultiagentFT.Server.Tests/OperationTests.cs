using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using MultiagentFT.Foundation;
using OpenAI.Chat;

namespace MultiagentFT.Server.Tests;

public sealed class OperationTests
{
    private const string Endless = "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"Go on.\"}],\"stream\":true}";

    [Fact]
    public async Task Clients_that_leave_free_their_slots()
    {
        await using var server = await TestServer.StartAsync(isEndless: true);
        using var left = new CancellationTokenSource();
        // More than there are slots: some wait when they are left.
        var streams = Enumerable.Range(0, 6).Select(_ => ReadAsync(server, Endless, left.Token)).ToList();
        var debate = ReadAsync(server, Endless.Replace("base", "society", StringComparison.Ordinal), left.Token);
        var whole = server.Http.PostAsync("/v1/chat/completions", Body(Endless.Replace("\"stream\":true", "\"n\":2", StringComparison.Ordinal)), left.Token);
        await UntilAsync(() => server.Load is { Running: 4, Waiting: > 0 });

        await left.CancelAsync();

        foreach (var task in (Task[])[.. streams, debate, whole]) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await server.IdleAsync();
        Assert.Equal(200, (await server.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_nobody_up()
    {
        await using var server = await TestServer.StartAsync(isEndless: true);
        using (var slow = new TcpClient { ReceiveBufferSize = 1024 })
        {
            await slow.ConnectAsync(IPAddress.Loopback, server.Host.Address.Port);
            await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Endless.Length}\r\n\r\n{Endless}"));
            await UntilAsync(() => server.Load.Running == 1);

            ChatCompletion other = await server.Chat("base").CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions { MaxOutputTokenCount = 20 });

            Assert.Equal(20, other.Usage.OutputTokenCount);
        }
        await server.IdleAsync();
    }

    [Fact]
    public async Task Who_does_not_fit_is_told_to_come_again()
    {
        await using var server = await TestServer.StartAsync(_ => new ServerOptions { MaxRequests = 3, MaxChoices = 3 }, isEndless: true);
        using var left = new CancellationTokenSource();
        var streams = Enumerable.Range(0, 2).Select(_ => ReadAsync(server, Endless, left.Token)).ToList();
        await UntilAsync(() => server.Load.Running == 2);

        using var refused = await server.Http.PostAsync("/v1/chat/completions", Body(Endless.Replace("\"stream\":true", "\"n\":2", StringComparison.Ordinal)));
        using var fits = await server.Http.PostAsync("/v1/chat/completions", Body(Endless.Replace("\"stream\":true", "\"max_tokens\":2", StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.Contains("rate_limit_error", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        await left.CancelAsync();
        foreach (var task in streams) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        await server.IdleAsync();
    }

    [Fact]
    public async Task What_runs_may_end_within_the_deadline()
    {
        await using var server = await TestServer.StartAsync(host: new HostOptions { Deadline = TimeSpan.FromMinutes(1) }, isEndless: true);
        var running = server.Chat("base").CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions { MaxOutputTokenCount = 300 });
        await UntilAsync(() => server.Load.Running == 1);

        await server.Host.StopAsync();

        Assert.Equal(300, (await running).Value.Usage.OutputTokenCount);
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Http.GetAsync("/health"));
    }

    [Fact]
    public async Task What_does_not_end_in_time_is_ended()
    {
        await using var server = await TestServer.StartAsync(host: new HostOptions { Deadline = TimeSpan.FromMilliseconds(50) }, isEndless: true);
        var running = ReadAsync(server, Endless, CancellationToken.None);
        await UntilAsync(() => server.Load.Running == 1);

        await server.Host.StopAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => running.WaitAsync(TimeSpan.FromSeconds(30)));
        await server.IdleAsync();
    }

    [Fact]
    public async Task A_key_is_needed_where_one_is_set()
    {
        await using var server = await TestServer.StartAsync(_ => new ServerOptions { ApiKey = "a secret key" });

        Assert.Equal(200, (await server.GetAsync("/health")).Status);
        foreach (var path in (string[])["/v1/models", "/metrics", "/v1/none"]) Assert.Equal(401, (await server.GetAsync(path)).Status);
        foreach (var header in (string[])["Bearer a secret kex", "Bearer", "Basic a secret key", "a secret key", "Bearer a secret key and more"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(401, (int)answer.StatusCode);
            Assert.DoesNotContain("a secret key", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        ChatCompletion completion = await server.Client("a secret key").GetChatClient("base").CompleteChatAsync(new UserChatMessage("Hi."));
        Assert.Equal("base", completion.Model);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a secret key");
        Assert.Equal(404, (await server.GetAsync("/v1/none")).Status);
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("localhost:8080", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("mft.example.org", 200)]
    [InlineData("evil.example.org", 421)]
    [InlineData("localhost.evil.example.org", 421)]
    public async Task The_server_answers_to_its_own_names(string host, int expected)
    {
        await using var server = await TestServer.StartAsync(_ => new ServerOptions { AllowedHosts = ["localhost", "mft.example.org"] });
        server.Http.DefaultRequestHeaders.Host = host;

        Assert.Equal(expected, (await server.GetAsync("/v1/models")).Status);
    }

    [Fact]
    public async Task Pages_of_other_origins_get_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var own = server.Host.Address.GetLeftPart(UriPartial.Authority);
        foreach (var (origin, expected) in ((string, int)[])[(own, 200), ("http://evil.example.org", 403), ("null", 403)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.Add("Origin", origin);
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(expected, (int)answer.StatusCode);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task An_open_address_needs_a_key_or_the_word()
    {
        await using var server = await TestServer.StartAsync();
        var open = new HostOptions { Address = IPAddress.Any, Port = 0 };

        var error = await Assert.ThrowsAsync<InputException>(() => SocietyHost.StartAsync(server.Society, new ServerOptions(), open));
        Assert.Contains("address: expected loopback", error.Message, StringComparison.Ordinal);
        Assert.Empty(open.Validate(new ServerOptions { ApiKey = "long enough" }));
        Assert.Empty((open with { AllowsAnyone = true }).Validate(new ServerOptions()));
        var taken = await Assert.ThrowsAsync<InputException>(
            () => SocietyHost.StartAsync(server.Society, null, new HostOptions { Port = server.Host.Address.Port }));
        Assert.Contains("address: expected a free one", taken.Message, StringComparison.Ordinal);
        Assert.Contains("maxChoices", Assert.Single(new ServerOptions { MaxChoices = 0 }.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_can_be_part_of_another_program()
    {
        await using var server = await TestServer.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddMultiagentFT(server.Society);
        await using var app = builder.Build();
        app.MapMultiagentFT();
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Contains("generator-1", await http.GetStringAsync("/v1/models"), StringComparison.Ordinal);
        await app.StopAsync();
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    private static async Task ReadAsync(TestServer server, string body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Body(body) };
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        var buffer = new byte[4096];
        var stream = await response.Content.ReadAsStreamAsync(cancellation);
        while (await stream.ReadAsync(buffer, cancellation) > 0)
        {
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(2, patience.Token);
    }
}
