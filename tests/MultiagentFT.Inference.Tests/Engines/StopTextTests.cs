using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Engines;

public sealed class StopTextTests
{
    private static readonly GenerationRequest Request = GenerationEngineTests.Request("stop", 3) with { MaxNewTokens = 60 };

    [Fact]
    public async Task An_answer_is_cut_before_the_first_stop_text()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { EndLogit = -1000 });
        var whole = await engine.GenerateAsync(Request);
        for (var start = 0; start < whole.Text.Length; start++)
        {
            for (var length = 1; length <= Math.Min(5, whole.Text.Length - start); length++)
            {
                var stop = whole.Text.Substring(start, length);
                var streamed = new List<string>();

                var cut = await engine.GenerateAsync(Request with { Stop = ["no such text", stop] }, streamed.Add);

                var expected = whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)];
                Assert.Equal((FinishReason.StopText, expected), (cut.Finish, cut.Text));
                Assert.Equal(expected, string.Concat(streamed));
                Assert.Equal(whole.Tokens.Take(cut.Tokens.Count), cut.Tokens);
            }
        }
    }

    [Fact]
    public async Task The_first_of_several_stop_texts_counts()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { EndLogit = -1000 });
        var whole = await engine.GenerateAsync(Request);

        var cut = await engine.GenerateAsync(Request with { Stop = [whole.Text[20..23], whole.Text[10..12], whole.Text[30..]] });

        var first = Math.Min(whole.Text.IndexOf(whole.Text[20..23], StringComparison.Ordinal), whole.Text.IndexOf(whole.Text[10..12], StringComparison.Ordinal));
        Assert.Equal(whole.Text[..first], cut.Text);
    }

    [Fact]
    public async Task A_stop_text_that_only_begins_takes_nothing_away()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime { EndLogit = -1000 });
        var whole = await engine.GenerateAsync(Request);
        var streamed = new List<string>();

        var same = await engine.GenerateAsync(Request with { Stop = [whole.Text[^8..] + "!", whole.Text[5..9] + "\0\0"] }, streamed.Add);

        Assert.Equal((FinishReason.Length, whole.Text), (same.Finish, same.Text));
        Assert.Equal(whole.Text, string.Concat(streamed));
    }

    [Fact]
    public async Task Stop_texts_out_of_range_are_refused()
    {
        await using var engine = await GenerationEngineTests.OpenAsync(new FakeRuntime());

        async Task<string> ErrorAsync(params string[] stop) =>
            (await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(Request with { Stop = stop }))).Message;

        Assert.Contains("stop: expected texts of 1 to 1024 characters", await ErrorAsync("a", ""), StringComparison.Ordinal);
        Assert.Contains("stop: expected texts of 1 to 1024 characters", await ErrorAsync(new string('a', 1025)), StringComparison.Ordinal);
        Assert.Contains("stop: expected at most 16 texts, found 17", await ErrorAsync([.. Enumerable.Repeat("a", 17)]), StringComparison.Ordinal);
    }
}
