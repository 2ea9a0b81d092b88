using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Sampling;
using MultiagentFT.Inference.Tests.Fakes;
using MultiagentFT.Inference.Text;

namespace MultiagentFT.Inference.Tests.Engines;

public sealed class LogProbabilityTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void They_are_those_of_a_softmax_in_double_precision(int top)
    {
        var random = new Foundation.SplitMix64(5);
        var logits = Enumerable.Range(0, 258).Select(_ => (float)((random.NextDouble() * 30) - 15)).ToArray();
        logits[17] = float.NegativeInfinity;
        // Equal ones: the lower id comes first.
        logits[200] = logits[100] = logits.Max() + 1;
        var sum = logits.Sum(logit => Math.Exp(logit));
        var order = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ThenBy(token => token).ToArray();

        foreach (var token in order[..^1])
        {
            var drawn = new LogProbabilities(new FakeTokenizer(), logits.Length).Of(logits, token, top);

            Assert.Equal(Math.Log(Math.Exp(logits[token]) / sum), drawn.Drawn.LogProbability, 1e-5);
            Assert.Equal(order[..top], drawn.Top.Select(other => other.Token));
            foreach (var other in drawn.Top) Assert.Equal(Math.Log(Math.Exp(logits[other.Token]) / sum), other.LogProbability, 1e-5);
        }
    }

    [Fact]
    public void What_is_excluded_is_not_among_the_most_likely()
    {
        float[] logits = [float.NegativeInfinity, 1, float.NegativeInfinity, 2];

        var drawn = new LogProbabilities(new FakeTokenizer(), 4).Of(logits, 1, 3);

        Assert.Equal([3, 1], drawn.Top.Select(token => token.Token));
    }

    [Fact]
    public async Task Every_token_of_the_text_has_one_and_the_answer_stays_the_same()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { EndLogit = -1000 });
        var request = GenerationEngineTests.Request("p", 4) with { MaxNewTokens = 40 };
        var plain = await engine.GenerateAsync(request);
        var order = new List<string>();
        var options = new LogProbabilityOptions { Top = 3, OnDrawn = drawn => order.Add($"token {drawn.Drawn.Token}") };

        var result = await engine.GenerateAsync(request with { LogProbabilities = options }, _ => order.Add("text"));

        Assert.Null(plain.LogProbabilities);
        Assert.Equal(plain.Tokens, result.Tokens);
        Assert.Equal(result.Tokens, result.LogProbabilities!.Select(drawn => drawn.Drawn.Token));
        Assert.All(result.LogProbabilities!, drawn => Assert.Equal((3, true), (drawn.Top.Count, drawn.Drawn.LogProbability <= drawn.Top[0].LogProbability)));
        Assert.Equal(result.Tokens.Select(token => $"token {token}"), order.Where(entry => entry != "text"));
        Assert.StartsWith("token", order[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_turn_and_what_a_stop_text_cuts_have_none()
    {
        await using var brief = await GenerationEngineTests.OpenAsync(new FakeRuntime { EndLogit = 1000 });
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { EndLogit = -1000 });
        var request = GenerationEngineTests.Request("p", 4) with { MaxNewTokens = 40, LogProbabilities = new() };
        var ended = await brief.GenerateAsync(request);
        var whole = await engine.GenerateAsync(request);
        var told = new List<int>();
        var stop = whole.Text[9..12];

        var cut = await engine.GenerateAsync(
            request with { Stop = [stop], LogProbabilities = new() { OnDrawn = drawn => told.Add(drawn.Drawn.Token) } });

        Assert.Equal(FakeTokenizer.EndOfTurn, ended.Tokens[^1]);
        Assert.Equal(ended.Tokens.Count - 1, ended.LogProbabilities!.Count);
        Assert.Equal(told, cut.LogProbabilities!.Select(drawn => drawn.Drawn.Token));
        Assert.InRange(told.Count, 1, cut.Tokens.Count - 1);
        Assert.Equal(cut.Text, TokenText.Decode(new FakeTokenizer(), told.ToArray()));
        await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(request with { LogProbabilities = new() { Top = 21 } }));
    }

    [Fact]
    public async Task The_load_is_zero_when_nothing_runs()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { EndLogit = -1000 }, slots: 2, lanes: 2);
        var seen = new List<EngineLoad>();
        using var source = new CancellationTokenSource();

        await engine.GenerateBatchAsync(GenerationEngineTests.Requests(12), onText: (_, _) => seen.Add(engine.Load));
        var cancelled = engine.GenerateAsync(GenerationEngineTests.Request("x", 1) with { MaxNewTokens = 200 }, _ => source.Cancel(), source.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        Assert.Equal((0, 0, 4, 2), (engine.Load.Running, engine.Load.Waiting, engine.Load.Slots, engine.Load.Adapters));
        Assert.InRange(engine.Load.HeldTokens, 1, engine.Load.TokenCapacity);
        Assert.Contains(seen, load => load is { Running: > 1, Waiting: > 0 });
        await engine.ClearCacheAsync();
        Assert.Equal(0, engine.Load.HeldTokens);
    }
}
