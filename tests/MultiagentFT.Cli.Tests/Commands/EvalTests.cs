using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class EvalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("eval --problems 3 --method base")]
    [InlineData("eval --problems 3 --method debate")]
    [InlineData("generate --count 3")]
    public async Task When_no_answer_could_be_given_the_command_fails_and_keeps_nothing(string command)
    {
        var output = _folder.File("transcripts.jsonl");

        // A slot of 32 tokens has no room for the prompt.
        var result = await Mft.RunAsync([.. command.Split(' '), "--model", Model(), "--slot-context", "32", "--output", output]);

        Assert.Equal(1, result.Code);
        Assert.Contains("answers failed: prompt: expected at most 31 tokens", result.Error, StringComparison.Ordinal);
        Assert.Empty(File.Exists(output) ? await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken) : "");
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mixed")]
    public async Task Both_decoders_evaluate(string decoder)
    {
        var result = (await Mft.RunAsync(
            "eval", "--model", Model(), "--problems", "4", "--method", "debate", "--max-new-tokens", "8", "--decoder", decoder, "--json")).Succeeded();

        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(4, json.RootElement.GetProperty("problems").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("generatedTokens").GetInt64(), 4, 4 * 9 * 128);
    }

    [Fact]
    public async Task A_model_that_the_mixed_adapter_decoder_does_not_compute_is_served_by_llama_cpp_with_the_reason()
    {
        var model = TinyModel.Write(_folder.File("yarn.gguf"), new TinyModelOptions { ContextLength = 2048, RopeScaling = "yarn" });
        string[] command = ["eval", "--model", model, "--problems", "2", "--method", "base", "--max-new-tokens", "4"];

        var result = (await Mft.RunAsync(command)).Succeeded();
        var refused = await Mft.RunAsync([.. command, "--deterministic"]);

        Assert.Contains("decoder: llama.cpp's, one adapter at a time", result.Error, StringComparison.Ordinal);
        Assert.Contains("llama.rope.scaling.type", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, refused.Code);

        refused = await Mft.RunAsync([.. command, "--adapter-type", "f16"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("engine.adapterType: expected no choice", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mixed")]
    public async Task Memory_is_planned_and_the_plan_is_shown(string decoder)
    {
        var result = (await Mft.RunAsync(
            "eval", "--model", Model(), "--problems", "2", "--method", "base", "--max-new-tokens", "4", "--decoder", decoder, "--memory", "260MiB")).Succeeded();

        Assert.Matches(@"memory [\d.]+ MiB of 260 MiB: weights .* slots and ", result.Error);
    }

    [Theory]
    [InlineData("problems.jsonl", "{\"question\":\"1+1?\"}\n{\"question\":\"1+2?\"}\n{\"question\":\" 1+2?\"}\n{\"question\":\"1+3?\"}\n", "line 3 as line 2")]
    [InlineData("problems.csv", "question,hint\n1+1?,\n1+2?,x\n1+2?,\n1+3?,\n", "line 4 as line 3")]
    public async Task Problems_without_answers_are_answered_though_the_accuracy_is_not_known(string name, string content, string repeated)
    {
        var task = _folder.File(name);
        await File.WriteAllTextAsync(task, content, TestContext.Current.CancellationToken);
        string[] options = ["--model", Model(), "--task", task, "--split", "all", "--max-new-tokens", "4"];

        var json = (await Mft.RunAsync(["eval", "--method", "base", "--problems", "all", "--json", .. options])).Succeeded();
        var text = (await Mft.RunAsync(["eval", "--method", "base", .. options])).Succeeded();
        var debates = (await Mft.RunAsync(
            ["generate", "--count", "all", "--system", "Be brief.", "--output", _folder.File("t.jsonl"), "--json", .. options])).Succeeded();

        using var result = JsonDocument.Parse(json.Output);
        Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("accuracy").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("standardError").ValueKind);
        Assert.Equal(3, result.RootElement.GetProperty("problems").GetInt32());
        Assert.Contains("3 problems, accuracy not known", text.Output, StringComparison.Ordinal);
        Assert.Contains($"1 rows repeat a question and its answer and are left out ({repeated})", text.Error, StringComparison.Ordinal);
        using var counts = JsonDocument.Parse(debates.Output);
        Assert.Equal((3, 0), (counts.RootElement.GetProperty("debates").GetInt32(), counts.RootElement.GetProperty("unreadableAnswers").GetInt32()));
        Assert.Contains("\"truth\":null", await File.ReadAllTextAsync(_folder.File("t.jsonl"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_problems_than_there_are_are_refused_with_what_to_type()
    {
        var task = _folder.File("problems.jsonl");
        await File.WriteAllTextAsync(task, """{"question":"1+1?","answer":2}""", TestContext.Current.CancellationToken);

        var result = await Mft.RunAsync("eval", "--model", Model(), "--task", task, "--split", "all", "--problems", "2");

        Assert.Equal(2, result.Code);
        Assert.Contains($"{task}: split all: expected 2 problems, found 1 of 1; give --problems 1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_system_turn_that_the_template_refuses_is_refused()
    {
        var model = TinyModel.Write(_folder.File("strict.gguf"), new TinyModelOptions
        {
            ChatTemplate = "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ messages[0].content }}",
        });

        var result = await Mft.RunAsync("eval", "--model", model, "--problems", "2", "--system", "Be brief.");

        Assert.Equal(2, result.Code);
        Assert.Contains(
            "strict.gguf: tokenizer.chat_template: expected a template that renders the conversation, found System role not supported",
            result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examples_of_a_file_are_asked_with_and_are_context_of_datasets()
    {
        var shots = _folder.File("shots.jsonl");
        await File.WriteAllTextAsync(
            shots, """
            {"role":"system","content":"Be brief."}
            {"role":"user","content":"1+1?"}
            {"role":"assistant","content":"2"}
            """, TestContext.Current.CancellationToken);
        string[] options = ["--model", Model(), "--max-new-tokens", "4", "--problems", "2", "--method", "base", "--json"];

        var with = (await Mft.RunAsync(["eval", "--few-shot", shots, "--output", _folder.File("with.jsonl"), .. options])).Succeeded();
        var without = (await Mft.RunAsync(["eval", "--output", _folder.File("without.jsonl"), .. options])).Succeeded();
        var config = (await Mft.RunAsync("generate", "--few-shot", shots, "--print-config")).Succeeded().Output;
        await File.WriteAllTextAsync(_folder.File("config.json"), config, TestContext.Current.CancellationToken);
        var again = (await Mft.RunAsync("generate", "--config", _folder.File("config.json"), "--print-config")).Succeeded().Output;

        var (longer, shorter) = (PromptTokens("with.jsonl"), PromptTokens("without.jsonl"));
        Assert.Equal(2, longer.Length);
        // Every character and every mark of a turn is a token of the tiny model, and its template writes both.
        Assert.Single(longer.Zip(shorter).Select(pair => pair.First - pair.Second).Distinct());
        Assert.True(longer[0] > shorter[0] + "Be brief.1+1?2".Length);
        Assert.Equal(config, again);
        Assert.Contains("\"fewShot\": [", config, StringComparison.Ordinal);
        Assert.NotEqual("", with.Output + without.Output);

        int[] PromptTokens(string file) => [.. File.ReadLines(_folder.File(file)).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("turns")[0].GetProperty("promptTokens").GetInt32();
        })];
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2<|im_end|>"}]""", "prompts.fewShot[1].content: expected text without the model's control tokens, found <|im_end|>")]
    [InlineData("""[{"role":"user","content":"1+1?"},{"role":"user","content":"2"}]""", "shots.json: [1].role: expected assistant, found user")]
    [InlineData(null, "prompts.fewShot: expected turns that leave room for a question in the 1024 tokens of a slot (--slot-context), found ")]
    public async Task Examples_that_cannot_be_asked_with_are_refused(string? content, string error)
    {
        var shots = _folder.File("shots.json");
        content ??= $$"""[{"role":"user","content":"{{new string('1', 1100)}}"},{"role":"assistant","content":"2"}]""";
        await File.WriteAllTextAsync(shots, content, TestContext.Current.CancellationToken);

        var result = await Mft.RunAsync("eval", "--model", Model(), "--few-shot", shots, "--problems", "2", "--method", "base");

        Assert.Equal(2, result.Code);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    private string Model() => TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 2048 });
}
