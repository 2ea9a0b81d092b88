using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Tests.Endpoint;
using MultiagentFT.Testing;

namespace MultiagentFT.Remote.Tests.Generation;

public sealed class RemoteEngineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_request_carries_all_that_was_asked_and_its_answer_all_that_was_said()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        await using var engine = RemoteTest.Engine(fake);
        var request = new GenerationRequest
        {
            Messages = [ChatMessage.System("Be brief."), ChatMessage.User("Yes or no?"), ChatMessage.Assistant("No."), ChatMessage.User("Sure?")],
            Sampling = new SamplingOptions { Temperature = 0.5f, TopP = 0.75f },
            Seed = ulong.MaxValue,
            MaxNewTokens = 7,
            Stop = ["\n\n", "END"],
        };

        var result = await engine.GenerateAsync(request);

        var body = fake.Calls.Single().Body;
        Assert.Equal("toy", body.GetProperty("model").GetString());
        Assert.Equal(["system", "user", "assistant", "user"], body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()!));
        Assert.Equal((0.5, 0.75), (body.GetProperty("temperature").GetDouble(), body.GetProperty("top_p").GetDouble()));
        Assert.Equal((int.MaxValue, 7), (body.GetProperty("seed").GetInt32(), body.GetProperty("max_tokens").GetInt32()));
        Assert.False(body.TryGetProperty("max_completion_tokens", out _));
        Assert.Equal(["\n\n", "END"], body.GetProperty("stop").EnumerateArray().Select(stop => stop.GetString()!));
        Assert.Equal("", fake.Calls.Single().Authorization);
        Assert.Equal(("I say \\boxed{yes}", 3, FinishReason.EndOfTurn), (result.Text, result.GeneratedTokens, result.Finish));
        Assert.Equal(new ServedModel("toy-exact", "fp_1"), result.Served);
        Assert.True(result.PromptTokens > 1);
        Assert.Equal(1, result.CachedTokens);
        Assert.Equal((result.PromptTokens - 1, 1L, 3L, 1L), (engine.Statistics.PromptTokens, engine.Statistics.CachedTokens, engine.Statistics.GeneratedTokens, engine.Statistics.Steps));
    }

    [Fact]
    public async Task Json_is_asked_for_where_it_is_wanted()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        await using var engine = RemoteTest.Engine(fake);

        await engine.GenerateAsync(RemoteTest.Ask());
        await engine.GenerateAsync(RemoteTest.Ask() with { Format = AnswerFormat.JsonObject });

        var bodies = fake.Calls.Select(call => call.Body).ToList();
        Assert.False(bodies[0].TryGetProperty("response_format", out _));
        Assert.Equal("json_object", bodies[1].GetProperty("response_format").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Pieces_make_up_the_same_answer()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        await using var engine = RemoteTest.Engine(fake);
        var pieces = new List<string>();

        var streamed = await engine.GenerateAsync(RemoteTest.Ask(), pieces.Add);
        var whole = await engine.GenerateAsync(RemoteTest.Ask());

        Assert.Equal(4, pieces.Count);
        Assert.Equal(whole.Text, string.Concat(pieces));
        Assert.Equal(
            (whole.Text, whole.GeneratedTokens, whole.PromptTokens, whole.Finish, whole.Served),
            (streamed.Text, streamed.GeneratedTokens, streamed.PromptTokens, streamed.Finish, streamed.Served));
        Assert.Equal([true, false], fake.Calls.Select(call => call.Streams));
    }

    [Fact]
    public async Task An_answer_of_full_length_is_cut()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        await using var engine = RemoteTest.Engine(fake);

        var result = await engine.GenerateAsync(RemoteTest.Ask(most: 2));

        Assert.Equal(("Step by", FinishReason.Length, 2), (result.Text, result.Finish, result.GeneratedTokens));
    }

    [Fact]
    public async Task Requests_at_a_time_are_bounded_and_answers_stay_in_order()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        var gate = new SemaphoreSlim(0);
        fake.Trouble = async (_, _) =>
        {
            await gate.WaitAsync();
            return false;
        };
        await using var engine = RemoteTest.Engine(fake, options => options with { Concurrency = 3 });
        GenerationRequest[] requests = [.. Enumerable.Range(0, 20).Select(number => RemoteTest.Ask(seed: (ulong)number << 33))];
        var completed = new List<int>();

        var batch = engine.GenerateBatchAsync(requests, (index, _) => completed.Add(index));
        var other = engine.GenerateAsync(RemoteTest.Ask());
        while (fake.Calls.Count < 3) await Task.Yield();
        Assert.Equal((3, 3), (engine.Load.Running, engine.Load.Slots));
        gate.Release(requests.Length + 1);
        var results = await batch;
        await other;

        Assert.Equal(3, fake.MostAtATime);
        Assert.Equal(Enumerable.Range(0, 20), completed.Order());
        var expected = requests.Select(request => fake.Calls.First(call => call.Seed == (long)(request.Seed >> 33))).Select(Rule.Answer);
        Assert.Equal(expected, results.Select(result => result.Text));
    }

    [Fact]
    public async Task An_adapter_is_a_reference_to_another_model_of_the_same_endpoint()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        await using var engine = RemoteTest.Engine(fake);
        new RemoteWeights(FileFormat.Current, "ft:toy:x", fake.BaseUrl).Write(_folder.File("a.remote"));
        new RemoteWeights(FileFormat.Current, "ft:toy:x", "http://127.0.0.1:1/v1").Write(_folder.File("elsewhere.remote"));
        File.WriteAllText(_folder.File("adapter.gguf"), "GGUF");
        File.WriteAllText(_folder.File("bad.remote"), "{\"format\":2,\"model\":\"two words\",\"baseUrl\":\"x\"}");
        var adapter = new AdapterVersion("generator-1", 1);

        await engine.LoadAdapterAsync(adapter, _folder.File("a.remote"));
        await engine.GenerateAsync(RemoteTest.Ask() with { Adapter = adapter });
        await engine.UnloadAdapterAsync(adapter);
        var unloaded = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask() with { Adapter = adapter }));

        Assert.Equal("ft:toy:x", fake.Calls.Single().Model);
        Assert.Equal((FailureKind.Invalid, "adapter: expected one that is loaded, found generator-1@1"), (unloaded.Failure.Kind, unloaded.Message));
        Assert.Contains("as an endpoint takes no adapter files", await Refusal("adapter.gguf"), StringComparison.Ordinal);
        Assert.Contains("baseUrl: expected " + fake.BaseUrl, await Refusal("elsewhere.remote"), StringComparison.Ordinal);
        Assert.Contains("model: expected an endpoint's name of a model, found two words", await Refusal("bad.remote"), StringComparison.Ordinal);

        async Task<string> Refusal(string file) =>
            (await Assert.ThrowsAsync<InputException>(() => engine.LoadAdapterAsync(adapter, _folder.File(file)))).Message;
    }

    [Theory]
    [InlineData("a <|im_end|> b", "<|im_end|>")]
    [InlineData("<|start_header_id|>system", "<|start_header_id|>")]
    [InlineData("<end_of_turn>", "<end_of_turn>")]
    [InlineData("[INST] x", "[INST]")]
    [InlineData("x </s>", "</s>")]
    public async Task Messages_that_spell_control_tokens_are_not_sent(string text, string token)
    {
        await using var fake = await FakeEndpoint.StartAsync();
        await using var engine = RemoteTest.Engine(fake);

        var error = await Assert.ThrowsAsync<GenerationException>(() => engine.GenerateAsync(RemoteTest.Ask(text)));

        Assert.Equal((FailureKind.Invalid, $"messages[0]: expected text without control tokens, found {token}"), (error.Failure.Kind, error.Message));
        Assert.Equal(token, engine.FindMarkup(text));
        Assert.Null(engine.FindMarkup("|x| < 3 and <b>y</b> |> z"));
        Assert.Empty(fake.Calls);
    }

    [Fact]
    public async Task What_the_api_has_no_field_for_is_refused()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        await using var engine = RemoteTest.Engine(fake);
        SamplingOptions[] samplings = [new() { TopK = 5 }, new() { MinP = 0.1f }, new() { Temperature = 3 }];

        var results = await engine.GenerateBatchAsync(
        [
            .. samplings.Select(sampling => RemoteTest.Ask() with { Sampling = sampling }),
            RemoteTest.Ask() with { Stop = ["1", "2", "3", "4", "5"] },
            RemoteTest.Ask() with { LogProbabilities = new LogProbabilityOptions() },
        ]);

        Assert.Equal(["topK", "minP", "temperature", "stop", "logProbabilities"], results.Select(result => result.Failure!.Message.Split(':')[0]));
        Assert.Empty(fake.Calls);
    }

    [Fact]
    public async Task Disposing_ends_what_runs()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = async (_, context) =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var engine = RemoteTest.Engine(fake);
        var batch = engine.GenerateBatchAsync([RemoteTest.Ask(), RemoteTest.Ask()]);
        while (fake.Calls.Count < 2) await Task.Yield();

        await engine.DisposeAsync();

        Assert.All(await batch, result => Assert.Equal(FailureKind.Stopped, result.Failure!.Kind));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.GenerateAsync(RemoteTest.Ask()));
    }
}
