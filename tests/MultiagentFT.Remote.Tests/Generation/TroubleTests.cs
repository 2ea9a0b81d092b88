using Microsoft.AspNetCore.Http;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Tests.Endpoint;

namespace MultiagentFT.Remote.Tests.Generation;

/// <summary>Endpoints that refuse, stumble, talk nonsense or say nothing.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task What_is_refused_for_its_number_comes_again_when_the_endpoint_says_so()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (call, context) => call.Number == 1
            ? FakeEndpoint.RefuseAsync(context, 429, "rate_limit_exceeded", "slow down", ("Retry-After", "1"))
            : Task.FromResult(false);
        var waits = new List<(string Reason, TimeSpan Wait)>();
        await using var engine = RemoteTest.Engine(fake, onWait: (reason, wait) => waits.Add((reason, wait)));

        var result = await engine.GenerateAsync(RemoteTest.Ask());

        Assert.Equal(4, result.GeneratedTokens);
        Assert.Equal(2, fake.Calls.Count);
        var (reason, wait) = Assert.Single(waits);
        Assert.Equal("status 429", reason);
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
    }

    [Fact]
    public async Task A_wait_of_a_day_is_no_wait()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (_, context) => FakeEndpoint.RefuseAsync(context, 429, "rate_limit_exceeded", "come back tomorrow", ("Retry-After", "86400"));
        await using var engine = RemoteTest.Engine(fake);

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask()));

        Assert.Equal(FailureKind.Unreachable, error.Failure.Kind);
        Assert.Contains("status 429: come back tomorrow", error.Message, StringComparison.Ordinal);
        Assert.Single(fake.Calls);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_endpoint_that_stumbles_is_asked_again(int status)
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (call, context) => call.Number < 3 ? FakeEndpoint.SayAsync(context, status, "oops") : Task.FromResult(false);
        await using var engine = RemoteTest.Engine(fake);

        Assert.Equal(4, (await engine.GenerateAsync(RemoteTest.Ask())).GeneratedTokens);
        Assert.Equal(4, (await engine.GenerateAsync(RemoteTest.Ask(), _ => { })).GeneratedTokens);
        Assert.Equal(4, fake.Calls.Count);
    }

    [Fact]
    public async Task One_that_never_gets_up_is_worth_another_try_later()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (_, context) => FakeEndpoint.SayAsync(context, 500, "oops");
        await using var engine = RemoteTest.Engine(fake);

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask()));

        Assert.Equal($"{fake.BaseUrl}: expected an answer, found status 500: oops", error.Message);
        Assert.True(error.Failure.IsTransient);
        Assert.Equal(4, fake.Calls.Count);
    }

    [Theory]
    [InlineData(401, "invalid_api_key", "expected an API key that the endpoint accepts (--api-key-file, or OPENAI_API_KEY), found status 401: no")]
    [InlineData(404, "model_not_found", "expected a model and a path that the endpoint has (--model openai:NAME, and a --base-url that ends like .../v1), found status 404: no")]
    [InlineData(429, "insufficient_quota", "expected credit, found status 429: no")]
    [InlineData(302, "moved", "expected an endpoint that answers itself (--base-url), found status 302: no")]
    public async Task What_every_request_would_meet_ends_the_batch_at_once(int status, string code, string message)
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (_, context) => FakeEndpoint.RefuseAsync(context, status, code, "no", ("Location", "http://127.0.0.1:1/"));
        await using var engine = RemoteTest.Engine(fake, options => options with { Concurrency = 1 });

        var error = await Assert.ThrowsAsync<InputException>(() => engine.GenerateBatchAsync([RemoteTest.Ask(), RemoteTest.Ask(), RemoteTest.Ask()]));

        Assert.Equal($"{fake.BaseUrl}: {message}", error.Message);
        Assert.Single(fake.Calls);
    }

    [Fact]
    public async Task A_refused_request_leaves_the_others_alone()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (call, context) => call.Last switch
        {
            "long" => FakeEndpoint.RefuseAsync(context, 400, "context_length_exceeded", "too long"),
            "odd" => FakeEndpoint.RefuseAsync(context, 400, "invalid", "odd\u001b[31m"),
            _ => Task.FromResult(false),
        };
        await using var engine = RemoteTest.Engine(fake);

        var results = await engine.GenerateBatchAsync([RemoteTest.Ask("long"), RemoteTest.Ask(), RemoteTest.Ask("odd")]);

        Assert.Equal((FailureKind.PromptTooLong, null, FailureKind.Invalid), (results[0].Failure!.Kind, results[1].Failure, results[2].Failure!.Kind));
        Assert.EndsWith("found status 400: odd\\u001b[31m", results[2].Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(3, fake.Calls.Count);
    }

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"id\":1,\"choices\":\"x\"}")]
    public async Task Garbage_is_no_answer(string body)
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (_, context) => FakeEndpoint.SayAsync(context, 200, body, ("Content-Type", "application/json"));
        await using var engine = RemoteTest.Engine(fake);

        foreach (var onText in (Action<string>?[])[null, _ => { }])
        {
            var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask(), onText));
            Assert.StartsWith(fake.BaseUrl + ": expected an answer", error.Message, StringComparison.Ordinal);
            Assert.Equal(FailureKind.Unreachable, error.Failure.Kind);
        }
    }

    [Fact]
    public async Task One_that_never_answers_is_not_waited_for()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var waits = new List<string>();
        await using var engine = RemoteTest.Engine(fake, options => options with { TimeoutSeconds = 1, Retries = 1 }, onWait: (reason, _) => waits.Add(reason));

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask()));

        Assert.Equal($"{fake.BaseUrl}: expected an answer within 1 s (--timeout), found none", error.Message);
        Assert.Equal(["TimeoutRejectedException"], waits);
    }

    [Fact]
    public async Task A_stream_that_dries_up_is_not_waited_for()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = async (call, context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await FakeEndpoint.EventAsync(context, FakeEndpoint.Piece(call, "So", null, null));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await using var engine = RemoteTest.Engine(fake, options => options with { TimeoutSeconds = 1 });
        var pieces = new List<string>();

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask(), pieces.Add));

        // On a busy machine the second may pass before the first piece is there.
        Assert.True(pieces is [] or ["So"]);
        Assert.Contains("within 1 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_again_unless_text_was_shown()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        var shown = new TaskCompletionSource();
        fake.Trouble = async (call, context) =>
        {
            if (call.Number == 2) return false;
            if (call.Streams)
            {
                context.Response.ContentType = "text/event-stream";
                await FakeEndpoint.EventAsync(context, FakeEndpoint.Piece(call, "So", null, null));
                await context.Response.Body.FlushAsync();
                await shown.Task;
            }
            else
            {
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("{\"id\":");
                await context.Response.Body.FlushAsync();
            }
            context.Abort();
            return true;
        };
        await using var engine = RemoteTest.Engine(fake);
        var pieces = new List<string>();

        var whole = await engine.GenerateAsync(RemoteTest.Ask());
        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask(), piece =>
        {
            pieces.Add(piece);
            shown.SetResult();
        }));

        Assert.Equal(4, whole.GeneratedTokens);
        Assert.Equal(["So"], pieces);
        Assert.Equal(FailureKind.Unreachable, error.Failure.Kind);
        Assert.Equal(3, fake.Calls.Count);
    }

    [Theory]
    [InlineData("tool_calls", 1, "another end")]
    [InlineData("content_filter", 1, "content filter")]
    [InlineData("stop", 21, "expected at most the 20 new tokens that were asked for, found 21")]
    [InlineData("stop", null, "usage: expected the numbers")]
    public async Task Answers_that_nothing_can_be_made_of_fail(string finish, int? tokens, string message)
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (_, context) => FakeEndpoint.SayAsync(
            context,
            200,
            "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"x\"},\"finish_reason\":\""
            + finish + "\"}]" + (tokens is null ? "" : ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + tokens + ",\"total_tokens\":1}") + "}",
            ("Content-Type", "application/json"));
        await using var engine = RemoteTest.Engine(fake);

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask()));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Invalid, error.Failure.Kind);
    }

    [Fact]
    public async Task Cancelling_ends_all_requests()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        using var stop = new CancellationTokenSource();
        fake.Trouble = async (_, context) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await using var engine = RemoteTest.Engine(fake);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.GenerateBatchAsync([RemoteTest.Ask(), RemoteTest.Ask()], cancellation: stop.Token));
    }
}
