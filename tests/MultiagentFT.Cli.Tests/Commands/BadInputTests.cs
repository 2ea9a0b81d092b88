using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary>Whatever is wrong: exit code 2, one message that names the place, no stack trace, nothing written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--agents", "0", "debate.agents: expected 1 to 64, found 0")]
    [InlineData("--rounds", "17", "debate.rounds: expected 1 to 16, found 17")]
    [InlineData("--temperature", "-1", "debate.sampling.temperature: expected 0 to 100, found -1")]
    [InlineData("--iterations", "101", "iterations: expected 0 to 100, found 101")]
    [InlineData("--evaluation-split", "training", "evaluationSplit: expected evaluation or development, found training")]
    [InlineData("--diversity-problems", "-1", "diversityProblems: expected 0 to 1000000, found -1")]
    [InlineData("--embedding-model", "/nowhere.gguf", "/nowhere.gguf: expected")]
    [InlineData("--slots", "0", "engine.")]
    [InlineData("--training-rank", "0", "training.rank: expected 1 to 256, found 0")]
    [InlineData("--training-targets", "q,x", "training.targets: expected q, k, v, o, gate, up or down, found x")]
    [InlineData("--critic-negative-share", "2", "datasets.criticNegativeShare: expected 0 to 1 or null, found 2")]
    [InlineData("--comparisons", "base,best", "multiagent-ft-pooled, multiagent-ft-cooperative, single-agent-ft-preferences, multiagent-ft-preferences, multiagent-ft-distilled, found best")]
    [InlineData("--grading", "lax", "--grading: expected default, strict, found lax")]
    [InlineData("--seed", "-1", "--seed: expected a whole number, found -1")]
    [InlineData("--temperature", "0,5", "--temperature: expected a number, found 0,5")]
    [InlineData("--training-learning-rate", "0,001", "--training-learning-rate: expected a number, found 0,001")]
    [InlineData("--training-problems", "1,000", "--training-problems: expected a whole number or all, found 1,000")]
    [InlineData("--task", "chess", "expected arithmetic, word-problems, symbolic or the path of a .jsonl, .csv or .parquet file of problems, found chess")]
    [InlineData("--top-k", "100000", "debate.sampling.topK: expected at most the 272 tokens of the vocabulary, found 100000")]
    public async Task An_option_out_of_range_is_named(string option, string value, string message)
    {
        await RefusedAsync(message, "run", "--model", Model(), "--output", _folder.File("run"), option, value);
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [Theory]
    [InlineData("--datasets", "generate --count 1 --output t.jsonl --critic-negative-share 0.5")]
    [InlineData("--fresh-problems or --same-problems, found both", "run --fresh-problems --same-problems")]
    [InlineData("--critic-negative-share or --all-critic-examples, found both", "run --critic-negative-share 0.5 --all-critic-examples")]
    [InlineData("--agents, --no-summary: expected --method majority or majority-equal-tokens or majority-best-temperature or debate", "eval --method base --agents 3 --no-summary")]
    [InlineData("--rows: expected whole numbers separated by commas, found x", "bench decode --rows 1,x")]
    [InlineData("--rows: expected numbers from 1 to 256, found 0", "bench decode --rows 0")]
    [InlineData("--shape, --quant: expected no --model", "bench decode --shape llama-0.4b --quant q4_0")]
    [InlineData("--rounds, --no-summary: expected --method majority-equal-tokens or majority-best-temperature or debate", "eval --method majority --rounds 3 --no-summary")]
    [InlineData("--temperature: expected --method base or", "eval --method greedy --temperature 0.5")]
    [InlineData("--method: expected base, greedy, majority, majority-equal-tokens, majority-best-temperature, debate, debate-unique-id, debate-cooperative, found greedi (did you mean greedy?)", "eval --method greedi")]
    [InlineData("--method: expected base, greedy, majority, majority-equal-tokens, majority-best-temperature, debate, debate-unique-id, debate-cooperative, found multiagent-ft", "eval --method multiagent-ft")]
    [InlineData("--best-temperature: expected --method majority-best-temperature", "eval --method majority --best-temperature 0.5")]
    [InlineData("--temperature: expected --best-temperature", "eval --method majority-best-temperature --temperature 0.5")]
    [InlineData("--best-temperature: expected majority-best-temperature among --comparisons", "run --comparisons base --best-temperature 0.5")]
    [InlineData("--progress-json or --json, found both", "train --progress-json --json")]
    [InlineData("--training-rank: expected single-agent-ft or star or multiagent-ft", "run --comparisons base --training-rank 2")]
    [InlineData("--problems: expected 1 to 1000000, found 2000000000", "eval --problems 2000000000")]
    [InlineData("engine.memory: expected an amount such as 6GiB or 800MB, found lots", "eval --memory lots")]
    [InlineData("engine.memory: expected an amount such as 6GiB or 800MB, found 1,5GiB", "eval --memory 1,5GiB")]
    [InlineData("memory: expected at least", "eval --memory 1MiB")]
    [InlineData("engine.keptSlots: expected 0 with the llama decoder, found 3", "eval --decoder llama --kept-slots 3")]
    [InlineData("engine.deterministic: expected the mixed-adapter decoder, found llama", "eval --decoder llama --deterministic")]
    [InlineData("engine.adapterType: expected the mixed-adapter decoder, found llama", "eval --decoder llama --adapter-type f16")]
    [InlineData("--count: expected 1 to 1000000, found 0", "generate --count 0 --output t.jsonl")]
    [InlineData("arithmetic: problems: expected a number, as they are made as they are drawn, found all", "eval --problems all")]
    [InlineData("arithmetic: split: expected pretraining, development, training or evaluation, as all are too many, found all", "eval --problems 3 --split all")]
    [InlineData("task: expected a file of problems, as fields, levels and subjects are given, found arithmetic", "eval --problems 3 --level 5")]
    [InlineData("task: expected a file of problems, as bad rows are to be left out, found arithmetic", "eval --problems 3 --skip-bad-rows")]
    [InlineData("evaluationTask: expected arithmetic, word-problems, symbolic or a .jsonl, .csv or .parquet file of problems, found chess", "run --evaluation-task chess")]
    public Task What_would_be_ignored_or_never_end_is_refused(string message, string command) =>
        RefusedAsync(message, [.. command.Split(' '), "--model", Model()]);

    [Theory]
    [InlineData("mft: --rank: expected an option of mft run, found an unknown one (did you mean --training-rank?)\nmft: see mft run --help\n", "run --rank 8")]
    [InlineData("mft: --methd: expected an option of mft eval, found an unknown one (did you mean --method?)\nmft: see mft eval --help\n", "eval --methd base")]
    [InlineData("mft: evl: expected a command of mft, found an unknown one (did you mean eval?)\nmft: see mft --help\n", "evl")]
    [InlineData("mft: decod: expected a command of mft bench, found an unknown one (did you mean decode?)\nmft: see mft bench --help\n", "bench decod")]
    [InlineData("mft: is: expected an option of mft debate, found a word; a text with blanks needs quotes\nmft: see mft debate --help\n", "debate What is")]
    public async Task An_unknown_word_is_one_sentence(string message, string command)
    {
        var refused = await Mft.RunAsync(command.Split(' '));

        Assert.Equal((ExitCode.BadInput, message), (refused.Code, refused.Error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public Task A_model_to_go_on_from_has_decided_the_shape() => RefusedAsync(
        "--embedding, --context: expected no --start-model",
        "pretrain", "--output", _folder.File("x.gguf"), "--start-model", Model(), "--embedding", "64", "--context", "512");

    [Fact]
    public async Task A_model_that_cannot_be_trained_is_refused_only_for_training()
    {
        var model = TinyModel.Write(_folder.File("yarn.gguf"), new TinyModelOptions { RopeScaling = "yarn" });

        await RefusedAsync(
            "llama.rope.scaling.type: expected none, linear, longrope, found yarn", "run", "--model", model, "--output", _folder.File("run"));
        await RefusedAsync(
            "100000", "run", "--model", model, "--output", _folder.File("run"), "--comparisons", "base", "--top-k", "100000", "--decoder", "llama");
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [Fact]
    public async Task Unknown_options_and_commands_are_refused()
    {
        var option = await RefusedAsync("--agnets", "run", "--agnets", "3");
        Assert.Contains("--agents", option.Error, StringComparison.Ordinal);
        var command = await RefusedAsync("debat", "debat");
        Assert.Contains("debate", command.Error, StringComparison.Ordinal);
        await RefusedAsync("dance", "dance");
    }

    [Fact]
    public async Task Numbers_of_a_configuration_are_numbers()
    {
        var config = Text("run.json", """{ "debate": { "sampling": { "temperature": "0,5" } }, "training": { "learningRate": "0.001" } }""");

        var result = await RefusedAsync("debate.sampling.temperature: expected a number, found \"0,5\"", "run", "--config", config, "--model", Model());

        Assert.Contains("training.learningRate: expected a number, found \"0.001\"", result.Error, StringComparison.Ordinal);
    }

    /// <summary>No argument names a file of arguments.</summary>
    [Fact]
    public async Task A_question_may_begin_with_an_at_sign()
    {
        var result = await Mft.RunAsync("debate", "@home, what is 1?", "--model", Model(), "--max-new-tokens", "4", "--json");

        Assert.Equal(ExitCode.Success, result.Code);
        Assert.Contains("\"question\": \"@home, what is 1?\"", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_keys_of_a_configuration_are_all_named()
    {
        var config = Text("run.json", """{ "iteratons": 3, "debate": { "agnets": 2 } }""");

        var result = await RefusedAsync("iteratons: expected", "run", "--config", config, "--model", Model());

        Assert.Contains("debate.agnets", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_missing_model_is_named() =>
        RefusedAsync("none.gguf: expected a GGUF file, found no such file", "inspect", _folder.File("none.gguf"));

    [Fact]
    public async Task A_truncated_model_is_refused()
    {
        var model = Model();
        using (var file = File.OpenWrite(model)) file.SetLength(file.Length / 2);

        await RefusedAsync("model.gguf", "inspect", model);
        await RefusedAsync("model.gguf", "run", "--model", model, "--output", _folder.File("run"));
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [Fact]
    public Task A_foreign_file_is_refused() => RefusedAsync("notes.txt", "inspect", Text("notes.txt", new string('x', 4096)));

    [Fact]
    public async Task A_model_without_chat_template_is_refused()
    {
        var model = TinyModel.Write(_folder.File("plain.gguf"), new TinyModelOptions { ChatTemplate = null });

        await RefusedAsync(
            "tokenizer.chat_template: expected a chat template, found no such key", "debate", "What is 1?", "--model", model);
        await RefusedAsync("tokenizer.chat_template", "run", "--model", model, "--output", _folder.File("run"));
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [Fact]
    public async Task An_adapter_of_another_base_is_refused()
    {
        var other = TinyModel.Write(_folder.File("other.gguf"), new TinyModelOptions { EmbeddingLength = 96 });
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), other);
        var merged = _folder.File("merged.gguf");

        await RefusedAsync(
            "adapter.gguf: blk.0.attn_q.weight",
            "eval", "--model", Model(), "--adapter", adapter, "--method", "base", "--problems", "1");
        await RefusedAsync("adapter.gguf: blk.0.attn_q.weight", "merge", "--model", Model(), "--adapter", adapter, "--output", merged);
        Assert.False(File.Exists(merged));
    }

    [Fact]
    public Task A_model_is_no_adapter() => RefusedAsync(
        "general.type", "merge", "--model", Model(), "--adapter", Model(), "--output", _folder.File("merged.gguf"));

    [Fact]
    public async Task Malformed_lines_of_a_dataset_are_named()
    {
        var dataset = Text("data.jsonl", """
            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}
            {"messages":[{"role":"user","content":"a"},
            """);

        await RefusedAsync(
            "data.jsonl: line 2", "train", "--model", Model(), "--dataset", dataset, "--output", _folder.File("a.gguf"));
    }

    [Fact]
    public Task Malformed_lines_of_a_task_are_named() => RefusedAsync(
        "task.jsonl: line 1",
        "eval", "--model", Model(), "--task", Text("task.jsonl", "{\"question\": 3}\n"), "--problems", "1");

    [Fact]
    public Task A_folder_that_is_no_run_is_refused() =>
        RefusedAsync("expected a run folder", "debate", "What is 1?", "--society", _folder.Path);

    /// <summary>What version 1 wrote has no format in it.</summary>
    [Theory]
    [InlineData("inspect run")]
    [InlineData("debate What? --society run")]
    [InlineData("generate --count 1 --output new.jsonl --society run")]
    [InlineData("run --model model.gguf --output run")]
    [InlineData("generate --count 1 --output old.jsonl --model model.gguf")]
    [InlineData("eval --problems 1 --output old.jsonl --model model.gguf")]
    public async Task Folders_and_transcripts_of_another_format_are_refused(string command)
    {
        _ = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 2048 });
        Directory.CreateDirectory(_folder.File("run"));
        Text("run/config.json", """{ "model": "../model.gguf" }""");
        Text("run/inputs.json", """[{ "path": "model.gguf", "bytes": 1, "sha256": "0" }]""");
        Text("run/manifest.json", """{ "files": [] }""");
        Text("old.jsonl", """{"problemId":"1","question":"?","truth":"1","turns":[],"vote":"1","correct":true}""" + "\n");
        Text("old.jsonl.job.json", """{ "method": "debate", "split": "training", "problems": 1 }""");
        string[] files = ["run", "old.jsonl", "new.jsonl", "model.gguf"];

        await RefusedAsync(
            "expected format 2, found no \"format\", as version 1 wrote it; use the version of mft that wrote it, or start anew",
            [.. command.Split(' ').Select((word, index) => index > 0 && files.Contains(word) ? _folder.File(word) : word)]);
    }

    private static async Task<MftResult> RefusedAsync(string message, params string[] arguments)
    {
        var result = await Mft.RunAsync(arguments);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.StartsWith("mft: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        return result;
    }

    private string Model() => TinyModel.Write(_folder.File("model.gguf"));

    private string Text(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
