using System.Text.Json.Nodes;
using MultiagentFT.Cli;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Tests.Endpoint;
using MultiagentFT.Testing;

namespace MultiagentFT.Remote.Tests.Commands;

public sealed class RemoteCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RemoteCommandTests() => File.WriteAllText(_folder.File("key"), RemoteTest.Key);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_debate_is_shown_live_and_as_json()
    {
        await using var fake = await FakeEndpoint.StartAsync();

        var live = await Mft.RunAsync("debate", "What is 21+7*18+12-8*28?", "--model", "openai:toy", "--base-url", fake.BaseUrl, "--agents", "2", "--stop", "never");
        var json = await Mft.RunAsync("debate", "What is 21+7*18+12-8*28?", "--model", "openai:toy", "--base-url", fake.BaseUrl, "--agents", "2", "--stop", "never", "--json");

        Assert.True(live.Code == ExitCode.Success, live.Error);
        Assert.Contains("Step by step", live.Output, StringComparison.Ordinal);
        Assert.Contains("spent: ", live.Error, StringComparison.Ordinal);
        var turns = JsonNode.Parse(json.Output)!["turns"]!.AsArray();
        Assert.Equal(4, turns.Count);
        Assert.All(turns, turn => Assert.Equal("toy-exact", (string)turn!["served"]!["id"]!));
        Assert.Equal([true, false], fake.Calls.Select(call => call.Streams).Distinct());
    }

    [Fact]
    public async Task Local_and_remote_speakers_debate_with_each_other()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 2048 });
        var local = TinyAdapter.Write(_folder.File("local.gguf"), model);
        new RemoteWeights(FileFormat.Current, "strong", fake.BaseUrl).Write(_folder.File("strong.remote"));
        string[] agents = [local, _folder.File("strong.remote"), _folder.File("strong.remote"), local];

        var evaluated = await Mft.RunAsync(
            ["eval", "--problems", "3", "--model", model, "--base-url", fake.BaseUrl, "--agents", "2", "--stop", "never", "--max-new-tokens", "8", "--threads", "1",
                "--output", _folder.File("out.jsonl"), "--json", "--adapter", .. agents]);
        Assert.True(evaluated.Code == ExitCode.Success, evaluated.Error);
        var turns = Debate.Protocol.TranscriptFile.Read(_folder.File("out.jsonl")).SelectMany(transcript => transcript.Turns).ToList();
        Assert.Equal(12, turns.Count);
        Assert.All(turns, turn => Assert.Equal(turn.Speaker is "generator-2" or "critic-1" ? "strong-exact" : null, turn.Served?.Id));
        Assert.All(fake.Calls, call => Assert.Equal("strong", call.Model));
        Assert.Equal(6, fake.Calls.Count);
    }

    [Fact]
    public async Task Answers_that_were_paid_for_are_kept()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Trouble = (call, context) => call.Number == 20 ? FakeEndpoint.RefuseAsync(context, 401, "invalid_api_key", "expired") : Task.FromResult(false);
        string[] command =
        [
            "generate", "--count", "6", "--model", "openai:toy", "--base-url", fake.BaseUrl, "--stop", "never", "--concurrency", "2", "--output", _folder.File("out.jsonl"),
            "--datasets", _folder.File("datasets"), "--minimum-votes", "1", "--generator-target", "first",
        ];

        var stopped = await Mft.RunAsync(command);
        var done = await Mft.RunAsync(command);

        Assert.Equal(ExitCode.BadInput, stopped.Code);
        Assert.Contains("status 401: expired", stopped.Error, StringComparison.Ordinal);
        Assert.True(done.Code == ExitCode.Success, done.Error);
        Assert.Equal(6 * (3 + 3 + 3), fake.Answered.Count);
        Assert.Equal(fake.Answered.Count, fake.Answered.Distinct().Count());
        Assert.True(File.Exists(_folder.File("datasets/generator-1.jsonl")));
    }

    [Fact]
    public async Task Answers_that_spell_control_tokens_fail_alone_and_teach_nothing()
    {
        await using var fake = await FakeEndpoint.StartAsync();
        fake.Answer = call => call.Number % 4 == 0 ? "<|im_end|> \\boxed{1}" : Rule.Answer(call);

        var (code, output, error) = await Mft.RunAsync(
            "generate", "--count", "6", "--model", "openai:toy", "--base-url", fake.BaseUrl, "--stop", "never", "--output", _folder.File("out.jsonl"), "--datasets",
            _folder.File("datasets"), "--minimum-votes", "1", "--generator-target", "first", "--json");

        Assert.True(code == ExitCode.Success, error);
        Assert.NotEqual(0, (int)JsonNode.Parse(output)!["unreadableAnswers"]!);
        Assert.All(fake.Calls, call => Assert.DoesNotContain("<|im_end|>", call.Body.GetProperty("messages").GetRawText(), StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(_folder.File("datasets")), file => Assert.DoesNotContain("im_end", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("debate.sampling.topK: expected 0, as a remote endpoint takes no top-k, found 5", "--top-k", "5")]
    [InlineData("debate.sampling.minP: expected 0, as a remote endpoint takes no min-p, found 0.1", "--min-p", "0.1")]
    [InlineData("engine.memory: expected no choice, as the endpoint of a remote model decides how it is served, found one", "--memory", "1GiB")]
    [InlineData("engine.decoder: expected no choice", "--decoder", "mixed")]
    [InlineData("engine.threads: expected no choice", "--threads", "1")]
    [InlineData("remote.baseUrl: expected http(s)://", "--base-url", "http://u:p@127.0.0.1/v1")]
    [InlineData("adapters: expected references to remote models (.remote), as an endpoint takes no adapter files, found", "--adapter", "a.gguf")]
    [InlineData("remote.costBudget: expected inputPrice and outputPrice beside it", "--cost-budget", "1")]
    public async Task What_a_remote_model_cannot_do_is_refused(string message, params string[] options)
    {
        await using var fake = await FakeEndpoint.StartAsync();
        string[] address = options[0] == "--base-url" ? [] : ["--base-url", fake.BaseUrl];

        var (code, _, error) = await Mft.RunAsync(["eval", "--problems", "1", "--model", "openai:toy", .. address, .. options]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(fake.Calls);
    }

    [Theory]
    [InlineData("training.rank: expected no choice, as the endpoint's finetuning jobs decide it, found one", "--training-rank", "4")]
    [InlineData("training.objective: expected no choice", "--training-objective", "dpo")]
    [InlineData("diversityProblems: expected no choice, as a remote endpoint does not tell how likely answers are that it is given, found 3", "--diversity-problems", "3")]
    [InlineData("embeddingModel: expected none", "--embedding-model", "x.gguf")]
    [InlineData("remote.costBudget: expected trainingPrice beside it, as agents are finetuned, found none", "--cost-budget", "1", "--input-price", "1", "--output-price", "1")]
    [InlineData("model: expected openai:NAME", "--model", "openai:two words")]
    public async Task What_a_remote_run_cannot_do_is_refused(string message, params string[] options)
    {
        string[] model = options[0] == "--model" ? [] : ["--model", "openai:toy"];

        var (code, _, error) = await Mft.RunAsync(["run", "--base-url", "http://127.0.0.1:1/v1", "--output", _folder.File("run"), .. model, .. options]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [Theory]
    [InlineData("remote.tokenBudget: expected a model openai:NAME beside it", "--token-budget", "5")]
    [InlineData("remote.concurrency: expected a model openai:NAME beside it", "--concurrency", "5")]
    [InlineData("--api-key-file: expected a remote model (--model openai:NAME), found options that would be ignored", "--api-key-file", "key")]
    public async Task Options_of_remote_models_are_none_of_local_ones(string message, params string[] options)
    {
        var (code, _, error) = await Mft.RunAsync(["eval", "--problems", "1", .. options]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_named()
    {
        var (code, _, error) = await Mft.RunAsync("debate", "Why?", "--model", "openai:toy", "--base-url", "http://127.0.0.1:1/v1", "--retries", "0");

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("remote.baseUrl: expected an endpoint that answers (--base-url), found http://127.0.0.1:1/v1: ", error, StringComparison.Ordinal);
    }
}
