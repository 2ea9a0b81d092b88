using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Engines;

public class GenerationEngineTests
{
    private static readonly AdapterVersion A1 = new("a", 1);
    private static readonly AdapterVersion B1 = new("b", 1);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Together_equals_one_at_a_time(int lanes)
    {
        await using var engine = await OpenAsync(new FakeRuntime(), lanes: lanes);
        await using var single = await OpenAsync(new FakeRuntime(), slots: 1);
        var requests = Requests(60);
        var ended = new List<int>();
        var results = await engine.GenerateBatchAsync(requests, (index, result) => ended.Add(index));
        Assert.Equal(Enumerable.Range(0, 60), ended.Order());
        for (var i = 0; i < requests.Count; i++)
        {
            await single.ClearCacheAsync();
            var alone = await single.GenerateAsync(requests[i]);
            Assert.Equal(alone.Tokens, results[i].Tokens);
            Assert.Equal(alone.Text, results[i].Text);
            Assert.Equal(alone.Finish, results[i].Finish);
        }
        var statistics = engine.Statistics;
        Assert.Equal(results.Sum(result => result.GeneratedTokens), statistics.GeneratedTokens);
        Assert.Equal(results.Sum(result => result.PromptTokens), statistics.PromptTokens + statistics.CachedTokens);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_batch_repeats_step_by_step_after_clearing(int lanes)
    {
        var runtime = new FakeRuntime();
        await using var engine = await OpenAsync(runtime, lanes: lanes);
        foreach (var context in runtime.Contexts) context.Log = new StringBuilder();
        var requests = Requests(40);
        var first = await engine.GenerateBatchAsync(requests);
        var firstLogs = await TakeLogsAsync();
        await engine.GenerateAsync(Request("something else", 3) with { Adapter = B1 });
        await engine.ClearCacheAsync();
        foreach (var context in runtime.Contexts) context.Log!.Clear();
        var second = await engine.GenerateBatchAsync(requests);
        Assert.Equal(first.Select(result => result.Text), second.Select(result => result.Text));
        Assert.Equal(firstLogs, await TakeLogsAsync());

        async Task<List<string>> TakeLogsAsync()
        {
            await engine.ClearCacheAsync();
            return [.. runtime.Contexts.Select(context => Steps(context.Log!.ToString()))];
        }

        // Which adapter was left applied may differ, what is computed may not.
        static string Steps(string log) => string.Join('\n', log.Split('\n').Where(line => !line.StartsWith("adapter", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cached_equals_uncached()
    {
        await using var engine = await OpenAsync(new FakeRuntime());
        var request = Request(new string('x', 80), 5);
        var fresh = await engine.GenerateAsync(request);
        var cached = await engine.GenerateAsync(request);
        Assert.Equal(0, fresh.CachedTokens);
        Assert.Equal(fresh.PromptTokens - 1, cached.CachedTokens);
        Assert.Equal(fresh.Tokens, cached.Tokens);
    }

    [Fact]
    public async Task Memory_that_cannot_be_cut_is_computed_anew()
    {
        await using var engine = await OpenAsync(new FakeRuntime { CanTruncate = false });
        var request = Request(new string('x', 80), 5);
        var first = await engine.GenerateAsync(request);
        var second = await engine.GenerateAsync(request);
        Assert.Equal(0, second.CachedTokens);
        Assert.Equal(first.Tokens, second.Tokens);
    }

    [Fact]
    public async Task A_new_adapter_version_finds_nothing_stale()
    {
        await using var engine = await OpenAsync(new FakeRuntime());
        await using var fresh = await OpenAsync(new FakeRuntime());
        var request = Request(new string('x', 80), 5) with { Adapter = A1 };
        var before = await engine.GenerateAsync(request);
        await engine.UnloadAdapterAsync(A1);
        await engine.LoadAdapterAsync(A1, "other.gguf");
        await fresh.UnloadAdapterAsync(A1);
        await fresh.LoadAdapterAsync(A1, "other.gguf");
        var after = await engine.GenerateAsync(request);
        Assert.Equal(0, after.CachedTokens);
        Assert.Equal((await fresh.GenerateAsync(request)).Tokens, after.Tokens);
        Assert.NotEqual(before.Tokens, after.Tokens);
    }

    [Fact]
    public async Task Streamed_pieces_make_the_text()
    {
        await using var engine = await OpenAsync(new FakeRuntime());
        var request = Request("stream", 8);
        var pieces = new StringBuilder();
        var result = await engine.GenerateAsync(request, piece => pieces.Append(piece));
        Assert.Equal(result.Text, pieces.ToString());
        var streamed = new StringBuilder();
        await foreach (var piece in engine.StreamAsync(request)) streamed.Append(piece);
        Assert.Equal(result.Text, streamed.ToString());
        await foreach (var piece in engine.StreamAsync(request)) break;
        await engine.ClearCacheAsync();
    }

    [Fact]
    public async Task Answers_end_for_the_stated_reason()
    {
        await using var engine = await OpenAsync(new FakeRuntime { EndLogit = -1000 });
        var length = await engine.GenerateAsync(Request("a", 1) with { MaxNewTokens = 7 });
        Assert.Equal((FinishReason.Length, 7), (length.Finish, length.GeneratedTokens));
        var full = await engine.GenerateAsync(Request("a", 1) with { MaxNewTokens = 5000 });
        Assert.Equal((FinishReason.ContextFull, 256), (full.Finish, full.GeneratedTokens + full.PromptTokens));
        await using var brief = await OpenAsync(new FakeRuntime { EndLogit = 1000 });
        var ended = await brief.GenerateAsync(Request("a", 1));
        Assert.Equal(FinishReason.EndOfTurn, ended.Finish);
        Assert.Equal(FakeTokenizer.EndOfTurn, ended.Tokens[^1]);
    }

    /// <summary>Neither the old weights nor the new ones could be meant by the same version.</summary>
    [Fact]
    public async Task The_same_version_of_other_content_is_refused_until_it_is_unloaded()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using var engine = new GenerationEngine(new FakeRuntime(), new EngineOptions { Slots = 1 });
            await File.WriteAllTextAsync(path, "content A");
            await engine.LoadAdapterAsync(A1, path);
            await engine.LoadAdapterAsync(A1, path);
            var time = File.GetLastWriteTimeUtc(path);
            await File.WriteAllTextAsync(path, "content B");
            File.SetLastWriteTimeUtc(path, time);

            var error = await Assert.ThrowsAsync<InputException>(() => engine.LoadAdapterAsync(A1, path));
            Assert.Contains("adapter a@1: expected the content it was loaded with", error.Message);
            await engine.UnloadAdapterAsync(A1);
            await engine.LoadAdapterAsync(A1, path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Adapters_are_counted()
    {
        var runtime = new FakeRuntime { EndLogit = -1000 };
        await using var engine = await OpenAsync(runtime);
        await engine.LoadAdapterAsync(A1, "a.gguf");
        Assert.Equal(2, runtime.Adapters.Count);
        var error = await Assert.ThrowsAsync<InputException>(() => engine.LoadAdapterAsync(A1, "b.gguf"));
        Assert.Contains("a@1", error.Message);
        await Assert.ThrowsAsync<InputException>(() => engine.LoadAdapterAsync(new("x", 1), "x.bad"));
        await engine.UnloadAdapterAsync(new("unknown", 1));

        Task? unloading = null;
        var result = await engine.GenerateAsync(
            Request("a", 1) with { Adapter = A1, MaxNewTokens = 50 },
            _ =>
            {
                unloading ??= engine.UnloadAdapterAsync(A1);
                Assert.False(runtime.Adapters.First().IsDisposed);
            });
        await unloading!;
        Assert.Equal(50, result.GeneratedTokens);
        Assert.True(runtime.Adapters.First().IsDisposed);
        await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(Request("a", 1) with { Adapter = A1 }));
    }

    [Fact]
    public async Task Many_callers_share_the_engine()
    {
        await using var engine = await OpenAsync(new FakeRuntime(), lanes: 2);
        var requests = Requests(80);
        var expected = await engine.GenerateBatchAsync(requests);
        var answers = await Task.WhenAll(requests.Select(request => Task.Run(() => engine.GenerateAsync(request))));
        Assert.Equal(expected.Select(result => result.Text), answers.Select(result => result.Text));
        await engine.ClearCacheAsync();
    }

    internal static async Task<GenerationEngine> OpenAsync(FakeRuntime runtime, int slots = 5, int lanes = 1)
    {
        var engine = new GenerationEngine(
            runtime, new EngineOptions { Slots = slots, SlotContext = 256, BatchTokens = slots + 40, Lanes = lanes });
        await engine.LoadAdapterAsync(A1, "a.gguf");
        await engine.LoadAdapterAsync(B1, "b.gguf");
        return engine;
    }

    internal static GenerationRequest Request(string text, ulong seed) =>
        new() { Messages = [ChatMessage.User(text)], Seed = seed, MaxNewTokens = 100 };

    internal static List<GenerationRequest> Requests(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Request(new string('p', 37 * (i % 4)) + i, (ulong)i) with
        {
            Adapter = (i % 3) switch { 0 => null, 1 => A1, _ => B1 },
            Sampling = new SamplingOptions { Temperature = i % 5 * 0.4f },
        })];
}
