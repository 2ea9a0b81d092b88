using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;

namespace MultiagentFT.Serving.Tests;

public sealed class ServedSocietyTests : IDisposable
{
    private const string Question = "What is 21+7*18+12-8*28?";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Agents_have_names_and_weights()
    {
        await using var society = await ServedSociety.OpenAsync(Options(Model()).WithAdapters([.. Adapters(4)]));

        Assert.Equal(["generator-1", "generator-2", "critic-1", "critic-2", "base"], society.Agents.Select(agent => agent.Name));
        Assert.Equal("adapter-3@1", society.Agents[2].Adapter?.ToString());
        Assert.Null(society.Agents[4].Adapter);
        var answers = new HashSet<string>();
        foreach (var agent in society.Agents) answers.Add((await society.AskAsync(agent.Name, Ask(), new() { Seed = 1 })).Text);
        Assert.Equal(5, answers.Count);
    }

    [Theory]
    [InlineData(true, 4, "token_embd.weight")]
    [InlineData(false, 512, "a rank of at most")]
    public async Task An_adapter_that_one_decoder_cannot_apply_is_served_by_the_other(bool embedding, int rank, string reason)
    {
        var model = Model();
        var adapter = TinyAdapter.Write(_folder.File("unusual.gguf"), model, new TinyAdapterOptions { WithEmbedding = embedding, Rank = rank });
        var log = new List<string>();
        var options = Options(model).WithAdapters([adapter]) with { Log = log.Add };

        await using var society = await ServedSociety.OpenAsync(options);
        await using var other = await ServedSociety.OpenAsync(options with { Engine = options.Engine with { Decoder = DecoderKind.Llama } });

        var said = Assert.Single(log, line => line.StartsWith("decoder: llama.cpp's", StringComparison.Ordinal));
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Equal((await other.AskAsync("generator-1", Ask())).Text, (await society.AskAsync("generator-1", Ask())).Text);
        Assert.NotEqual((await society.AskAsync("base", Ask())).Text, (await society.AskAsync("generator-1", Ask())).Text);
        Assert.Contains(reason, await ErrorAsync(() => ServedSociety.OpenAsync(options with { Engine = options.Engine with { Decoder = DecoderKind.Mixed } })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_the_answer_in_pieces()
    {
        await using var society = await ServedSociety.OpenAsync(Options(Model()));
        var answer = await society.AskAsync("generator-1", Ask());

        var pieces = new List<string>();
        await foreach (var piece in society.StreamAsync("generator-1", Ask())) pieces.Add(piece);

        Assert.Equal(answer.Text, string.Concat(pieces));
        Assert.True(pieces.Count > 1);
        Assert.NotEqual(answer.Text, (await society.AskAsync("generator-1", Ask(), new AnswerOptions { Seed = 9 })).Text);
        Assert.Equal(3, (await society.AskAsync("base", Ask(), new AnswerOptions { MaxNewTokens = 3 })).GeneratedTokens);
    }

    [Fact]
    public async Task A_debate_is_told_as_it_is_held()
    {
        await using var society = await ServedSociety.OpenAsync(SocietyOptions.OfEmbeddedModel());
        var expected = await society.DebateAsync(Question);

        var events = new List<DebateEvent>();
        await foreach (var happened in society.StreamDebateAsync(Question)) events.Add(happened);

        var outcome = Assert.IsType<DebateEnded>(events[^1]).Outcome;
        Assert.Equal(expected.Turns.Select(turn => turn.Text), outcome.Turns.Select(turn => turn.Text));
        Assert.Equal(("What is 21+7*18+12-8*28?", "-65"), (outcome.Question, outcome.Truth));
        Assert.Equal(2, events.OfType<RoundVoted>().Count());
        Assert.Equal(6, events.OfType<TurnEnded>().Count(ended => !ended.Turn.IsSummary));
        foreach (var ended in events.OfType<TurnEnded>())
        {
            var text = events.OfType<TextGenerated>().Where(generated => generated.Turn == ended.Turn).Select(generated => generated.Piece);
            Assert.Equal(ended.Result.Text, string.Concat(text));
        }
    }

    [Fact]
    public async Task A_free_question_has_no_truth()
    {
        await using var society = await ServedSociety.OpenAsync(SocietyOptions.OfEmbeddedModel() with { Debate = new() });

        var outcome = await society.DebateAsync("Why?");

        Assert.Null(outcome.Truth);
        Assert.Null(outcome.Correct);
        Assert.Equal(6, outcome.Turns.Count);
    }

    [Fact]
    public async Task Disposal_ends_what_runs_with_an_error()
    {
        var society = await OpenEndlessAsync();
        var debate = society.DebateAsync(Question);
        var answers = Enumerable.Range(0, 20).Select(_ => society.AskAsync("base", Ask())).ToList();
        var stream = ReadAsync(society.StreamAsync("base", Ask()));
        var events = ReadAsync(society.StreamDebateAsync(Question));
        await WaitForTokensAsync(society);

        await society.DisposeAsync();

        foreach (var running in (Task[])[debate, .. answers, stream, events])
        {
            var error = await Assert.ThrowsAsync<GenerationException>(() => running.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(FailureKind.Stopped, error.Failure.Kind);
            Assert.Contains("disposed", error.Message, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<ObjectDisposedException>(() => society.AskAsync("base", Ask()));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => society.DebateAsync(Question));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync(society.StreamDebateAsync(Question)));
        await society.DisposeAsync();
    }

    [Fact]
    public async Task Cancellation_and_leaving_a_stream_end_its_requests_alone()
    {
        await using var society = await OpenEndlessAsync();
        using var source = new CancellationTokenSource();
        var debate = society.DebateAsync(Question, cancellation: source.Token);
        await foreach (var _ in society.StreamDebateAsync(Question)) break;
        await foreach (var _ in society.StreamAsync("base", Ask())) break;
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => debate);

        // Only an idle engine clears its cache.
        await society.Engine.ClearCacheAsync();
        Assert.Equal(2, (await society.AskAsync("base", Ask(), new AnswerOptions { MaxNewTokens = 2 })).GeneratedTokens);
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var model = Model();
        await using var society = await ServedSociety.OpenAsync(model);

        var agent = await Assert.ThrowsAsync<InputException>(() => Task.Run(() => society.AskAsync("judge-1", Ask())));
        Assert.Contains("agent: expected one of generator-1, generator-2, generator-3, critic-1", agent.Message, StringComparison.Ordinal);
        Assert.Contains("question: expected a text", await ErrorAsync(() => society.DebateAsync(" ")), StringComparison.Ordinal);
        Assert.Contains("none.gguf: expected a GGUF file", await ErrorAsync(() => ServedSociety.OpenAsync(_folder.File("none.gguf"))), StringComparison.Ordinal);
        Assert.Contains("expected a run folder", await ErrorAsync(() => ServedSociety.OpenAsync(_folder.Path)), StringComparison.Ordinal);
        var options = new SocietyOptions(model) { Debate = new DebateOptions { Agents = 0 }, Engine = new EngineOptions { Slots = 0 } };
        var error = await ErrorAsync(() => ServedSociety.OpenAsync(options));
        Assert.Contains("debate.agents: expected 1 to 64, found 0", error, StringComparison.Ordinal);
        Assert.Contains("engine.slots: expected 1 to 256, found 0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speakers_need_their_files()
    {
        var options = Options(Model()).WithAdapters([.. Adapters(1)]);

        Assert.Contains(
            "adapters: expected a file for adapter-1@1", await ErrorAsync(() => ServedSociety.OpenAsync(options with { Adapters = [] })), StringComparison.Ordinal);
        Assert.Contains(
            "debate.agents: expected the 2 agents of the society, found 3",
            await ErrorAsync(() => ServedSociety.OpenAsync(options with { Debate = options.Debate with { Agents = 3 } })),
            StringComparison.Ordinal);
        Assert.Contains("1 file for all agents, or 4", Assert.Throws<InputException>(() => options.WithAdapters(Adapters(2))).Message, StringComparison.Ordinal);
    }

    /// <summary>An adapter of another model ends the opening, and nothing stays open.</summary>
    [Fact]
    public async Task A_foreign_adapter_is_refused()
    {
        var other = TinyModel.Write(_folder.File("other.gguf"), new TinyModelOptions { EmbeddingLength = 96 });
        var adapter = TinyAdapter.Write(_folder.File("foreign.gguf"), other);

        Assert.Contains(
            "foreign.gguf: blk.0.attn_q.weight",
            await ErrorAsync(() => ServedSociety.OpenAsync(Options(Model()).WithAdapters([adapter]))),
            StringComparison.Ordinal);
    }

    private static IReadOnlyList<ChatMessage> Ask() => [ChatMessage.User(Question)];

    private static async Task<string> ErrorAsync(Func<Task> action) => (await Assert.ThrowsAsync<InputException>(action)).Message;

    private static async Task ReadAsync<T>(IAsyncEnumerable<T> stream)
    {
        await foreach (var _ in stream)
        {
        }
    }

    private static async Task WaitForTokensAsync(ServedSociety society)
    {
        while (society.Engine.Statistics.GeneratedTokens == 0) await Task.Delay(1);
    }

    private static SocietyOptions Options(string model) =>
        new(model) { Debate = new DebateOptions { Agents = 2, MaxNewTokens = 40 }, Engine = new EngineOptions { SlotContext = 512 } };

    /// <summary>Answers that go on for longer than a test.</summary>
    private Task<ServedSociety> OpenEndlessAsync()
    {
        var model = TinyModel.Write(_folder.File("endless.gguf"), new TinyModelOptions { ContextLength = 1 << 16 });
        var options = new SocietyOptions(model)
        {
            Debate = new DebateOptions { Agents = 2, MaxNewTokens = 60_000 },
            Engine = new EngineOptions { SlotContext = 1 << 16, KeptSlots = 0, Slots = 4 },
        };
        return ServedSociety.OpenAsync(options, runtime => new EndlessRuntime(runtime), CancellationToken.None);
    }

    private string Model() => TinyModel.Write(_folder.File("model.gguf"));

    private string[] Adapters(int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => TinyAdapter.Write(
            _folder.File($"adapter-{index}.gguf"), Model(), new TinyAdapterOptions { Seed = (ulong)index, Reach = 2 })),
    ];
}
