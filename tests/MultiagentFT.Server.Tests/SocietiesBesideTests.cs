using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;
using MultiagentFT.Testing;

namespace MultiagentFT.Server.Tests;

/// <summary>Several societies over one engine.</summary>
public sealed class SocietiesBesideTests
{
    [Fact]
    public async Task Each_answers_as_it_does_alone()
    {
        await using var server = await TestServer.StartAsync(society: Three);
        await using var alone = await ServedSociety.OpenAsync(Other(server.Folder));
        await using var untrained = await ServedSociety.OpenAsync(Untrained(server.Folder));

        var models = (await server.Client().GetOpenAIModelClient().GetModelsAsync()).Value;
        var texts = new List<string?>();
        foreach (var (name, society) in ((string, ServedSociety)[])[("other", alone), ("untrained", untrained), ("society", server.Society)])
            texts.Add(await SameDebateAsync(server, name, society));
        var answer = await AskAsync(server, "other:generator-2");
        ChatMessage[] asked = [ChatMessage.User(TestServer.Question)];
        var expected = await alone.AskAsync("generator-2", asked, new AnswerOptions { Seed = 4 });

        Assert.Equal(
            ["base", "generator-1", "generator-2", "critic-1", "critic-2", "society", "other:generator-1", "other:generator-2", "other:critic-1", "other:critic-2", "other", "untrained"],
            models.Select(model => model.Id));
        Assert.Equal(3, texts.Distinct().Count());
        Assert.Equal(expected.Text, answer);
        Assert.NotEqual(answer, await AskAsync(server, "generator-2"));
        await server.IdleAsync();
    }

    [Fact]
    public async Task What_does_not_fit_beside_another_is_refused()
    {
        using var folder = new TemporaryFolder();
        var usual = TestServer.Usual(folder);
        var other = TinyModel.Write(folder.File("other.gguf"), new TinyModelOptions { Seed = 9 });

        Assert.Contains("beside.x: expected a society of the same base model", await RefusalAsync("x", usual with { Model = other }), StringComparison.Ordinal);
        Assert.Contains("beside.x: expected a society of the same base model", await RefusalAsync("x", usual with { ModelSha256 = "00" }, sha256: "11"), StringComparison.Ordinal);
        Assert.Contains("expected the base model that the society was trained on (SHA-256 00)", await RefusalAsync("x", usual with { ModelSha256 = "00" }), StringComparison.Ordinal);
        Assert.Contains("beside.x: expected one society", await RefusalAsync("x", usual with { Beside = Beside("y", usual) }), StringComparison.Ordinal);
        Assert.Contains("society: critic-1: expected a name that is not taken", await RefusalAsync("critic-1", usual), StringComparison.Ordinal);
        Assert.Contains("society: a b: expected a name of letters", await RefusalAsync("a b", usual), StringComparison.Ordinal);

        async Task<string> RefusalAsync(string name, SocietyOptions beside, string? sha256 = null)
        {
            var error = await Assert.ThrowsAsync<InputException>(async () =>
            {
                await using var society = await ServedSociety.OpenAsync(usual with { Beside = Beside(name, beside), ModelSha256 = sha256 });
                await using var host = await SocietyHost.StartAsync(society, null, new HostOptions { Port = 0 });
            });
            return error.Message;
        }
    }

    private static Dictionary<string, SocietyOptions> Beside(string name, SocietyOptions society) => new() { [name] = society };

    private static SocietyOptions Three(TemporaryFolder folder) => TestServer.Usual(folder) with
    {
        Beside = new Dictionary<string, SocietyOptions> { ["other"] = Other(folder), ["untrained"] = Untrained(folder) },
    };

    private static SocietyOptions Other(TemporaryFolder folder) => TestServer.Usual(folder, firstSeed: 10);

    private static SocietyOptions Untrained(TemporaryFolder folder) => TestServer.Usual(folder) with { Adapters = [], Speakers = null };

    private static async Task<string?> SameDebateAsync(TestServer server, string name, ServedSociety alone)
    {
        var expected = await alone.DebateAsync(TestServer.Question, new AnswerOptions { Seed = 4 });
        var (status, answer) = await server.PostAsync("/v1/chat/completions", Body(name));
        Assert.Equal(200, status);
        var turns = answer.GetProperty("multiagentft").GetProperty("debate").GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("text").GetString());
        Assert.Equal(expected.Turns.Select(turn => turn.Text), turns);
        return answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
    }

    private static async Task<string?> AskAsync(TestServer server, string model)
    {
        var (status, answer) = await server.PostAsync("/v1/chat/completions", Body(model));
        Assert.Equal(200, status);
        return answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
    }

    private static string Body(string model) => $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{TestServer.Question}}"}],"seed":4}""";
}
