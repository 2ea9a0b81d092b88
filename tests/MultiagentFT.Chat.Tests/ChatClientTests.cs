using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;
using MultiagentFT.Testing;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace MultiagentFT.Chat.Tests;

public sealed class ChatClientTests : IDisposable
{
    private const string Question = "What is 21+7*18+12-8*28?";

    private static readonly ChatMessage[] Ask = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Say something.")];

    private static readonly Contracts.Generation.ChatMessage[] Same =
        [Contracts.Generation.ChatMessage.System("Be brief."), Contracts.Generation.ChatMessage.User("Say something.")];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_agent_answers_as_the_society_serves_it()
    {
        await using var society = await OpenAsync();
        var pieces = 0;
        foreach (var agent in society.Agents)
        {
            var expected = await society.AskAsync(agent.Name, Same, new AnswerOptions { Seed = 4, MaxNewTokens = 9, Sampling = new SamplingOptions { Temperature = 0.7f, TopP = 0.8f, TopK = 20 } });
            using var client = new AgentChatClient(society, agent.Name);
            var options = new ChatOptions { Seed = 4, MaxOutputTokens = 9, Temperature = 0.7f, TopP = 0.8f, TopK = 20 };

            var answer = await client.GetResponseAsync(Ask, options);
            var updates = await client.GetStreamingResponseAsync(Ask, options).ToListAsync();
            var streamed = updates.ToChatResponse();

            foreach (var response in (ChatResponse[])[answer, streamed])
            {
                Assert.Equal((expected.Text, agent.Name), (response.Text, response.ModelId));
                Assert.Equal(expected.Finish == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop, response.FinishReason);
                Assert.Equal((expected.PromptTokens, (long?)expected.GeneratedTokens), ((int)response.Usage!.InputTokenCount!, response.Usage.OutputTokenCount));
                Assert.Equal(expected.PromptTokens - 1, response.Usage.CachedInputTokenCount);
            }
            pieces += updates.Count;
        }
        Assert.True(pieces > 3 * society.Agents.Count);
    }

    [Fact]
    public async Task Stop_sequences_and_instructions_are_honoured()
    {
        await using var society = await OpenAsync();
        var client = new AgentChatClient(society, "base");
        var whole = await client.GetResponseAsync(Ask, new ChatOptions { Seed = 2 });

        var cut = await client.GetResponseAsync([Ask[1]], new ChatOptions { Seed = 2, Instructions = "Be brief.", StopSequences = [whole.Text[3..5]] });

        Assert.Equal(whole.Text[..whole.Text.IndexOf(whole.Text[3..5], StringComparison.Ordinal)], cut.Text);
        Assert.Equal(ChatFinishReason.Stop, cut.FinishReason);
    }

    [Fact]
    public async Task A_society_debates_and_tells_of_it()
    {
        await using var society = await ServedSociety.OpenAsync(SocietyOptions.OfEmbeddedModel());
        var expected = await society.DebateAsync(Question, new AnswerOptions { Seed = 6 });
        var client = new SocietyChatClient(society);

        var answer = await client.GetResponseAsync(Question, new ChatOptions { Seed = 6 });
        var updates = await client.GetStreamingResponseAsync(Question, new ChatOptions { Seed = 6 }).ToListAsync();

        Assert.Equal(expected.Answer!.Text, answer.Text);
        Assert.Equal(expected.Vote, Assert.IsType<DebateOutcome>(answer.RawRepresentation).Vote);
        Assert.Equal(answer.Text, updates.ToChatResponse().Text);
        Assert.Equal(answer.Usage!.TotalTokenCount, updates.ToChatResponse().Usage!.TotalTokenCount);
        var turns = updates.Select(update => update.RawRepresentation).OfType<TurnEnded>().ToList();
        Assert.Equal(turns.Sum(turn => (long)turn.Result.GeneratedTokens), answer.Usage.OutputTokenCount);
        Assert.Equal(expected.Turns.Count, turns.Count(turn => !turn.Turn.IsSummary));
    }

    [Fact]
    public async Task What_cannot_be_honoured_is_refused()
    {
        await using var society = await OpenAsync();
        var (agent, whole) = (new AgentChatClient(society, "generator-1"), new SocietyChatClient(society));
        foreach (var (name, options) in ((string, ChatOptions)[])
        [
            ("tools", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] }),
            ("responseFormat", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema<int>() }),
            ("frequencyPenalty", new ChatOptions { FrequencyPenalty = 1 }),
            ("modelId", new ChatOptions { ModelId = "another" }),
            ("conversationId", new ChatOptions { ConversationId = "7" }),
            ("additionalProperties", new ChatOptions { AdditionalProperties = new() { ["a"] = 1 } }),
        ])
        {
            foreach (var client in (IChatClient[])[agent, whole])
                Assert.Contains($"options: {name}: expected", (await Assert.ThrowsAsync<InputException>(() => client.GetResponseAsync("Hi.", options))).Message, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<InputException>(() => whole.GetResponseAsync("Hi.", new ChatOptions { StopSequences = ["a"] }));
        await Assert.ThrowsAsync<InputException>(() => whole.GetResponseAsync("Hi.", new ChatOptions { ResponseFormat = ChatResponseFormat.Json }));
        await Assert.ThrowsAsync<InputException>(() => whole.GetResponseAsync(Ask));
        await Assert.ThrowsAsync<InputException>(() => agent.GetResponseAsync([new ChatMessage(ChatRole.Tool, "a")]));
        await Assert.ThrowsAsync<InputException>(() => agent.GetResponseAsync([new ChatMessage(ChatRole.User, [new UriContent("http://localhost/a.png", "image/png")])]));
        await Assert.ThrowsAsync<GenerationException>(() => agent.GetResponseAsync("Hi.", new ChatOptions { Temperature = -1 }));
        await Assert.ThrowsAsync<GenerationException>(() => agent.GetStreamingResponseAsync("Hi.", new ChatOptions { Temperature = -1 }).ToListAsync().AsTask());
        Assert.Throws<InputException>(() => new AgentChatClient(society, "judge"));
    }

    [Fact]
    public async Task Json_is_written_where_it_is_asked_for()
    {
        await using var society = await OpenAsync();
        var agent = new AgentChatClient(society, "generator-1");

        var answer = await agent.GetResponseAsync(Ask, new ChatOptions { ResponseFormat = ChatResponseFormat.Json, MaxOutputTokens = 40, Seed = 3 });

        var expected = await society.AskAsync("generator-1", Same, new AnswerOptions { Format = AnswerFormat.JsonObject, MaxNewTokens = 40, Seed = 3 });
        Assert.Equal(expected.Text, answer.Text);
        Assert.StartsWith("{", answer.Text.TrimStart(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_a_stream_frees_its_slot()
    {
        await using var society = await OpenAsync();
        await foreach (var _ in new AgentChatClient(society, "base").GetStreamingResponseAsync(Ask)) break;
        await foreach (var _ in new SocietyChatClient(society).GetStreamingResponseAsync(Question)) break;

        // Only an idle engine clears its cache.
        await society.Engine.ClearCacheAsync();
        Assert.Equal((0, 0), (society.Engine.Load.Running, society.Engine.Load.Waiting));
    }

    [Fact]
    public async Task Services_share_one_society_that_goes_with_them()
    {
        ServedSociety society;
        await using (var services = new ServiceCollection().AddMultiagentSociety(Options()).BuildServiceProvider())
        {
            society = services.GetRequiredService<ServedSociety>();
            Assert.Same(society, services.GetRequiredService<IChatClient>().GetService<ServedSociety>());
            Assert.Same(society, services.GetRequiredKeyedService<IChatClient>("critic-2").GetService<ServedSociety>());
            Assert.Equal("critic-2", services.GetRequiredKeyedService<IChatClient>("critic-2").GetService<ChatClientMetadata>()!.DefaultModelId);
            Assert.Throws<InputException>(() => services.GetRequiredKeyedService<IChatClient>("judge"));
        }
        await Assert.ThrowsAsync<ObjectDisposedException>(() => society.AskAsync("base", Same));
    }

    private SocietyOptions Options()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        string[] adapters = [.. Enumerable.Range(0, 4).Select(index => TinyAdapter.Write(
            _folder.File($"a{index}.gguf"), model, new TinyAdapterOptions { Seed = (ulong)index, Reach = 2 }))];
        return new SocietyOptions(model)
        {
            Debate = new DebateOptions { Agents = 2, MaxNewTokens = 24 },
            Engine = new EngineOptions { SlotContext = 512, Threads = 1 },
        }.WithAdapters(adapters);
    }

    private Task<ServedSociety> OpenAsync() => ServedSociety.OpenAsync(Options());
}
