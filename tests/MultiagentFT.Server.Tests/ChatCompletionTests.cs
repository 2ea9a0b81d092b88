using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Serving;
using OpenAI.Chat;
using ChatMessage = OpenAI.Chat.ChatMessage;

namespace MultiagentFT.Server.Tests;

/// <summary>The official client against the server, and the server's answers against the engine's own.</summary>
public sealed class ChatCompletionTests
{
    private const string Ask = "\"messages\":[{\"role\":\"user\",\"content\":\"Say something.\"}]";

    private static readonly ChatMessage[] Messages = [new SystemChatMessage("Be brief."), new UserChatMessage("Say something.")];

    private static readonly Contracts.Generation.ChatMessage[] Same =
        [Contracts.Generation.ChatMessage.System("Be brief."), Contracts.Generation.ChatMessage.User("Say something.")];

    [Fact]
    public async Task The_official_client_gets_what_the_engine_says()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var agent in server.Society.Agents.Select(agent => agent.Name))
        {
            var expected = await server.Society.AskAsync(agent, Same, new AnswerOptions { Seed = 5, MaxNewTokens = 12 });

            var options = new ChatCompletionOptions { Seed = 5, MaxOutputTokenCount = 12, EndUserId = "me" };
            ChatCompletion answer = await server.Chat(agent).CompleteChatAsync(Messages, options);

            Assert.Equal(expected.Text, answer.Content[0].Text);
            Assert.Equal((agent, expected.PromptTokens, expected.GeneratedTokens), (answer.Model, answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount));
            Assert.Equal(expected.Finish == FinishReason.EndOfTurn ? ChatFinishReason.Stop : ChatFinishReason.Length, answer.FinishReason);
            // The second time the prompt is remembered, all but its last token.
            Assert.Equal(expected.PromptTokens - 1, answer.Usage.InputTokenDetails.CachedTokenCount);
            Assert.StartsWith("fp_", answer.SystemFingerprint, StringComparison.Ordinal);
        }
        await server.IdleAsync();
    }

    [Fact]
    public async Task Json_is_an_object_or_the_beginning_of_one()
    {
        await using var server = await TestServer.StartAsync();
        var whole = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var options = new ChatCompletionOptions { Seed = seed, Temperature = 1.5f, ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat(), MaxOutputTokenCount = 60 };
            ChatCompletion answer = await server.Chat("generator-1").CompleteChatAsync(Messages, options);
            var text = new StringBuilder();
            await foreach (var update in server.Chat("generator-1").CompleteChatStreamingAsync(Messages, options))
            {
                foreach (var part in update.ContentUpdate) text.Append(part.Text);
            }

            Assert.Equal(answer.Content[0].Text, text.ToString());
            Assert.StartsWith("{", text.ToString().TrimStart(), StringComparison.Ordinal);
            if (answer.FinishReason != ChatFinishReason.Stop) continue;
            using var read = JsonDocument.Parse(answer.Content[0].Text);
            whole++;
        }
        Assert.InRange(whole, 1, 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task A_stream_is_the_same_answer_in_pieces(int interval)
    {
        await using var server = await TestServer.StartAsync(_ => new ServerOptions { StreamInterval = TimeSpan.FromMilliseconds(interval) });
        var options = new ChatCompletionOptions { Seed = 7, Temperature = 0.5f, TopP = 0.8f, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };
        ChatCompletion whole = await server.Chat("critic-1").CompleteChatAsync(Messages, options);
        var (text, pieces, drawn) = (new StringBuilder(), 0, new List<ChatTokenLogProbabilityDetails>());
        StreamingChatCompletionUpdate? last = null;
        ChatTokenUsage? usage = null;
        ChatFinishReason? reason = null;

        await foreach (var update in server.Chat("critic-1").CompleteChatStreamingAsync(Messages, options))
        {
            foreach (var part in update.ContentUpdate) text.Append(part.Text);
            pieces += update.ContentUpdate.Count;
            drawn.AddRange(update.ContentTokenLogProbabilities);
            reason ??= update.FinishReason;
            usage = update.Usage ?? usage;
            last = update;
        }

        Assert.Equal(whole.Content[0].Text, text.ToString());
        // How many depends on how busy the machine is.
        Assert.InRange(pieces, 1, whole.Usage.OutputTokenCount + 1);
        Assert.Equal(whole.FinishReason, reason);
        Assert.Equal((whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount), (usage!.InputTokenCount, usage.OutputTokenCount));
        Assert.Equal(whole.ContentTokenLogProbabilities.Select(token => (token.Token, token.LogProbability)), drawn.Select(token => (token.Token, token.LogProbability)));
        Assert.NotEmpty(drawn);
        Assert.All(drawn, token => Assert.Equal(2, token.TopLogProbabilities.Count));
        Assert.NotNull(last);
    }

    [Fact]
    public async Task Several_choices_have_seeds_of_their_own_and_the_first_is_that_of_one()
    {
        await using var server = await TestServer.StartAsync();

        var (_, one) = await server.PostAsync("/v1/chat/completions", $$"""{"model":"generator-2",{{Ask}},"seed":3}""");
        var (status, three) = await server.PostAsync("/v1/chat/completions", $$"""{"model":"generator-2",{{Ask}},"seed":3,"n":3}""");
        var streamed = await server.StreamAsync($$"""{"model":"generator-2",{{Ask}},"seed":3,"n":3,"stream":true,"stream_options":{"include_usage":true} }""");

        Assert.Equal(200, status);
        var texts = three.GetProperty("choices").EnumerateArray().Select(TextOf).ToList();
        Assert.Equal(3, texts.Distinct().Count());
        Assert.Equal(TextOf(one.GetProperty("choices")[0]), texts[0]);
        Assert.Equal("[DONE]", streamed[^1]);
        var chunks = streamed[..^1].ConvertAll(line => JsonDocument.Parse(line).RootElement);
        for (var index = 0; index < 3; index++) Assert.Equal(texts[index], Streamed(chunks, index));
        var usage = three.GetProperty("usage");
        Assert.Equal(usage.GetProperty("total_tokens").GetInt64(), chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt64());
        Assert.Equal(one.GetProperty("usage").GetProperty("prompt_tokens").GetInt64(), usage.GetProperty("prompt_tokens").GetInt64());
    }

    [Fact]
    public async Task Stop_texts_end_an_answer()
    {
        await using var server = await TestServer.StartAsync();
        ChatCompletion whole = await server.Chat("base").CompleteChatAsync(Messages, new ChatCompletionOptions { Seed = 2 });
        var text = whole.Content[0].Text;

        var options = new ChatCompletionOptions { Seed = 2, StopSequences = { text[4..6] } };
        ChatCompletion cut = await server.Chat("base").CompleteChatAsync(Messages, options);

        Assert.Equal(text[..text.IndexOf(text[4..6], StringComparison.Ordinal)], cut.Content.Count == 0 ? "" : cut.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, cut.FinishReason);
    }

    [Fact]
    public async Task A_society_answers_with_an_answer_behind_its_vote()
    {
        await using var server = await EmbeddedAsync();
        var expected = await server.Society.DebateAsync(TestServer.Question, new AnswerOptions { Seed = 4 });
        var body = $$"""{"model":"society","messages":[{"role":"user","content":"{{TestServer.Question}}"}],"seed":4""";

        var (status, answer) = await server.PostAsync("/v1/chat/completions", body + "}");
        var streamed = await server.StreamAsync(body + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

        Assert.Equal(200, status);
        var debate = answer.GetProperty("multiagentft").GetProperty("debate");
        Assert.Equal(expected.Vote, debate.GetProperty("vote").GetString());
        Assert.NotNull(expected.Vote);
        Assert.Equal(expected.Turns.Count, debate.GetProperty("turns").GetArrayLength());
        Assert.Equal(expected.Answer!.Text, TextOf(answer.GetProperty("choices")[0]));
        Assert.Contains(expected.Turns, turn => turn.Text == expected.Answer.Text && turn.Answer == expected.Vote);

        var chunks = streamed[..^1].ConvertAll(line => JsonDocument.Parse(line).RootElement);
        Assert.Equal(expected.Answer.Text, Streamed(chunks, 0));
        var events = chunks.Where(chunk => chunk.TryGetProperty("multiagentft", out var more) && more.TryGetProperty("event", out _))
            .Select(chunk => chunk.GetProperty("multiagentft").GetProperty("event").GetString()).ToList();
        Assert.Equal(expected.Turns.Count(turn => turn.Round == 1), events.TakeWhile(name => name != "round_voted").Count(name => name == "turn_ended"));
        Assert.Equal(expected.Turns.Max(turn => turn.Round), events.Count(name => name == "round_voted"));
        Assert.Contains("text", events);
        Assert.Equal(
            answer.GetProperty("usage").GetProperty("total_tokens").GetInt64(), chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt64());
        await server.IdleAsync();
    }

    [Fact]
    public async Task Models_are_listed_and_fixed_ones_stay()
    {
        await using var server = await TestServer.StartAsync();

        var models = (await server.Client().GetOpenAIModelClient().GetModelsAsync()).Value;
        using var deletion = await server.Http.DeleteAsync("/v1/models/generator-1");

        Assert.Equal(["base", "generator-1", "generator-2", "critic-1", "critic-2", "society"], models.Select(model => model.Id));
        Assert.Equal(409, (int)deletion.StatusCode);
        Assert.Equal(404, (await server.GetAsync("/v1/models/judge")).Status);
    }

    private static async Task<TestServer> EmbeddedAsync()
    {
        var options = SocietyOptions.OfEmbeddedModel();
        var society = await ServedSociety.OpenAsync(options with { Engine = options.Engine with { Threads = 1 } });
        var host = await SocietyHost.StartAsync(society, null, new HostOptions { Port = 0 });
        return new TestServer { Society = society, Host = host, Http = new HttpClient { BaseAddress = host.Address }, Folder = new() };
    }

    private static string TextOf(JsonElement choice) => choice.GetProperty("message").GetProperty("content").GetString()!;

    private static string Streamed(List<JsonElement> chunks, int index) => string.Concat(
        chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())
            .Where(choice => choice.GetProperty("index").GetInt32() == index && choice.GetProperty("delta").TryGetProperty("content", out _))
            .Select(choice => choice.GetProperty("delta").GetProperty("content").GetString()));
}
