using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Tests.Fakes;
using static MultiagentFT.Inference.Tests.Engines.GenerationEngineTests;

namespace MultiagentFT.Inference.Tests.Engines;

public class GenerationEngineFailureTests
{
    [Fact]
    public async Task Bad_requests_fail_alone()
    {
        await using var engine = await OpenAsync(new FakeRuntime { NanAfter = 'Z' });
        GenerationRequest[] requests =
        [
            Request("good", 1),
            Request("", 1) with { Messages = [] },
            Request(new string('x', 300), 1),
            Request("a", 1) with { Adapter = new("nobody", 7) },
            Request("a", 1) with { Sampling = new SamplingOptions { Temperature = -1, TopP = 2 } },
            Request("a", 1) with { Sampling = new SamplingOptions { TopK = 999 } },
            Request("a", 1) with { MaxNewTokens = 0 },
            Request("a", 1) with { Messages = [new("nobody", "x")] },
            Request("a<end>b", 1),
            Request("good too", 2),
        ];
        var results = await engine.GenerateBatchAsync(requests);
        string[] reasons = ["", "at least one", "at most 255 tokens, found 302", "nobody@7", "temperature: expected 0 to 100, found -1", "258", "found 0", "role", "message 1: content: expected text without the model's control tokens, found <end>"];
        for (var i = 1; i < reasons.Length; i++)
        {
            Assert.Equal(FinishReason.Failed, results[i].Finish);
            Assert.Contains(reasons[i], results[i].Failure!.Message);
            var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(requests[i]));
            Assert.Equal(results[i].Failure!.Message, error.Message);
        }
        Assert.Equal((await engine.GenerateAsync(requests[0])).Tokens, results[0].Tokens);
        Assert.Equal((await engine.GenerateAsync(requests[9])).Tokens, results[9].Tokens);
    }

    [Fact]
    public async Task Nan_logits_fail_their_request_only()
    {
        await using var engine = await OpenAsync(new FakeRuntime { NanAfter = '>' });
        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(Request("ab", 1)));
        Assert.Contains("NaN", error.Message);
        Assert.Contains("position 3", error.Message);
        await engine.ClearCacheAsync();
    }

    [Fact]
    public async Task A_failed_step_ends_what_runs_and_the_engine_goes_on()
    {
        var runtime = new FakeRuntime { EndLogit = -1000 };
        await using var engine = await OpenAsync(runtime);
        var requests = Requests(12);
        var expected = await engine.GenerateBatchAsync(requests);
        await engine.ClearCacheAsync();
        var countdown = 5;
        runtime.OnDecode = _ =>
        {
            if (--countdown == 0) throw new InvalidOperationException("decode says no");
        };
        var results = await engine.GenerateBatchAsync(requests);
        var failed = results.Where(result => result.Finish == FinishReason.Failed).ToList();
        Assert.InRange(failed.Count, 1, 5);
        Assert.All(failed, result => Assert.Contains("decode says no", result.Failure!.Message));
        for (var i = 0; i < requests.Count; i++)
        {
            if (results[i].Finish != FinishReason.Failed) Assert.Equal(expected[i].Tokens, results[i].Tokens);
        }
        Assert.Single(runtime.Contexts);
    }

    [Fact]
    public async Task A_context_that_cannot_be_emptied_is_replaced()
    {
        var runtime = new FakeRuntime { OnDecode = step => { if (step == 3) throw new InvalidOperationException("no"); }, CanClear = false };
        await using var engine = await OpenAsync(runtime);
        await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(Request("ab", 1) with { MaxNewTokens = 200 }));
        Assert.Equal([true, false], runtime.Contexts.Select(context => context.IsDisposed));
        runtime.OnDecode = null;
        Assert.NotEmpty((await engine.GenerateAsync(Request("ab", 1))).Tokens);
    }

    [Fact]
    public async Task A_dead_lane_ends_everything()
    {
        var runtime = new FakeRuntime { CanClear = false, EndLogit = -1000 };
        await using var engine = await OpenAsync(runtime, lanes: 2);
        runtime.CanCreate = false;
        runtime.OnDecode = step => { if (step == 3) throw new InvalidOperationException("no"); };
        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateBatchAsync(Requests(30)));
        Assert.Contains("out of memory", error.Message);
        await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(Request("a", 1)));
        Assert.Contains("out of memory", engine.Fault?.Message);
    }

    [Fact]
    public async Task Cancellation_storms_leave_nothing_behind()
    {
        await using var engine = await OpenAsync(new FakeRuntime { EndLogit = -1000 }, lanes: 2);
        var generator = new SplitMix64(7);
        var calls = new List<Task<bool>>();
        foreach (var request in Requests(120)) calls.Add(CancelAfterAsync(request, generator.Next(60)));
        var cancelled = await Task.WhenAll(calls);
        Assert.Contains(true, cancelled);
        await engine.ClearCacheAsync();
        foreach (var version in new[] { new AdapterVersion("a", 1), new("b", 1) }) await engine.UnloadAdapterAsync(version);

        async Task<bool> CancelAfterAsync(GenerationRequest request, int pieces)
        {
            using var source = new CancellationTokenSource();
            try
            {
                await engine.GenerateAsync(
                    request,
                    _ =>
                    {
                        if (--pieces <= 0) source.Cancel();
                    },
                    source.Token);
                return false;
            }
            catch (OperationCanceledException error)
            {
                Assert.Equal(source.Token, error.CancellationToken);
                return true;
            }
        }
    }

    [Fact]
    public async Task A_cancelled_batch_ends_with_waiting_requests()
    {
        await using var engine = await OpenAsync(new FakeRuntime { EndLogit = -1000 });
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => engine.GenerateBatchAsync(Requests(50), (_, _) => source.Cancel(), cancellation: source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.GenerateAsync(Request("a", 1), null, source.Token));
        await engine.ClearCacheAsync();
    }

    [Fact]
    public async Task A_throwing_callback_is_its_callers_problem()
    {
        await using var engine = await OpenAsync(new FakeRuntime());
        await Assert.ThrowsAsync<FormatException>(() => engine.GenerateAsync(Request("a", 1), _ => throw new FormatException()));
        await Assert.ThrowsAsync<FormatException>(() => engine.GenerateBatchAsync(Requests(3), (_, _) => throw new FormatException()));
        Assert.NotEmpty((await engine.GenerateAsync(Request("a", 1))).Tokens);
    }

    [Fact]
    public async Task Disposal_ends_requests_with_an_error_and_frees()
    {
        var runtime = new FakeRuntime { EndLogit = -1000 };
        var engine = await OpenAsync(runtime);
        var started = new TaskCompletionSource();
        runtime.OnDecode = _ => started.TrySetResult();
        var running = engine.GenerateBatchAsync(Requests(500));
        await started.Task;
        await engine.DisposeAsync();
        var error = await Assert.ThrowsAsync<GenerationException>(() => running);
        Assert.Equal(FailureKind.Stopped, error.Failure.Kind);
        Assert.Contains("disposed", error.Message);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.GenerateAsync(Request("a", 1)));
        Assert.True(runtime.IsDisposed);
        Assert.All(runtime.Contexts, context => Assert.True(context.IsDisposed));
        Assert.All(runtime.Adapters, adapter => Assert.True(adapter.IsDisposed));
    }

    [Fact]
    public async Task Disposal_waits_for_an_adapter_that_is_being_loaded()
    {
        var runtime = new FakeRuntime();
        var engine = await OpenAsync(runtime);
        using var loading = new ManualResetEventSlim();
        using var proceed = new ManualResetEventSlim();
        runtime.OnLoadAdapter = () =>
        {
            loading.Set();
            proceed.Wait();
        };
        var load = engine.LoadAdapterAsync(new AdapterVersion("c", 1), "c.gguf");
        loading.Wait();
        var disposal = Task.WhenAll(engine.DisposeAsync().AsTask(), engine.DisposeAsync().AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.LoadAdapterAsync(new AdapterVersion("d", 1), "d.gguf"));
        Assert.False(disposal.IsCompleted);
        Assert.False(runtime.IsDisposed);
        proceed.Set();
        await load;
        await disposal;
        Assert.True(runtime.IsDisposed);
        Assert.All(runtime.Adapters, adapter => Assert.True(adapter.IsDisposed));
    }
}
