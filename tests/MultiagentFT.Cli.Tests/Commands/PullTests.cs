using System.Text;
using System.Text.Json.Nodes;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Hub;
using MultiagentFT.Hub.Tests;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class PullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_is_pulled_once_and_named_as_model_afterwards()
    {
        var model = File.ReadAllBytes(TinyModel.Write(_folder.File("tiny.gguf")));
        await using var server = new PlainServer(_ => new PlainServer.Answer(200, model));
        (string, string)[] variables = [("XDG_CACHE_HOME", _folder.File("cache")), ("HF_ENDPOINT", server.Address.AbsoluteUri)];

        var pulled = (await MftProcess.RunAsync(variables, "pull", "hf:owner/name:tiny.gguf")).Succeeded();
        var path = _folder.File("cache/multiagentft/hub/models/owner/name/main/tiny.gguf");
        Assert.Equal(path, pulled.Output.Trim());
        Assert.Equal(model, File.ReadAllBytes(path));

        var adapter = TinyAdapter.Write(_folder.File("a.gguf"), path);
        (await MftProcess.RunAsync(variables, "merge", "--model", "hf:owner/name:tiny.gguf", "--adapter", adapter, "--output", _folder.File("merged.gguf"))).Succeeded();
        Assert.Single(server.Requests);
        var refused = await MftProcess.RunAsync(variables, "merge", "--model=hf:owner:tiny.gguf", "--adapter", adapter, "--output", _folder.File("other.gguf"));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.StartsWith("mft: hf:owner:tiny.gguf: expected hf:OWNER/NAME:FILE, ", refused.Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_settings_and_of_experiments_name_them_too()
    {
        var model = File.ReadAllBytes(TinyModel.Write(_folder.File("tiny.gguf")));
        var problems = string.Concat(Enumerable.Range(0, 60).Select(i => $"{{\"question\": \"What is {i} and {i * i}?\", \"answer\": \"{i + (i * i)}\"}}\n"));
        await using var server = new PlainServer(request => new PlainServer.Answer(200, request.Path.EndsWith(".gguf", StringComparison.Ordinal) ? model : Encoding.UTF8.GetBytes(problems)));
        (string, string)[] variables = [("XDG_CACHE_HOME", _folder.File("cache")), ("HF_ENDPOINT", server.Address.AbsoluteUri)];
        File.WriteAllText(_folder.File("run.json"), """{ "model": "hf:owner/name:tiny.gguf", "task": "hf:datasets/owner/sums:train.jsonl" }""");
        File.WriteAllText(_folder.File("experiment.json"), """
            {
              // The same, twice.
              "models": ["hf:owner/name:tiny.gguf"], "tasks": ["hf:datasets/owner/sums:train.jsonl", "hf:datasets/owner/sums:test.jsonl"],
              "run": { "trainingProblems": 4, "evaluationProblems": 4, "comparisons": ["greedy"], "iterations": 0 },
            }
            """);

        var shown = (await MftProcess.RunAsync(variables, "run", "--config", _folder.File("run.json"), "--print-config")).Succeeded();
        var measured = (await MftProcess.RunAsync(variables, "eval", "--config", _folder.File("run.json"), "--problems", "2", "--method", "base", "--max-new-tokens", "4")).Succeeded();
        var forecast = (await MftProcess.RunAsync(variables, "experiment", _folder.File("experiment.json"), "--forecast")).Succeeded();

        var settings = JsonNode.Parse(shown.Output)!;
        Assert.Equal(
            (_folder.File("cache/multiagentft/hub/models/owner/name/main/tiny.gguf"), _folder.File("cache/multiagentft/hub/datasets/owner/sums/main/train.jsonl")),
            ((string?)settings["model"], (string?)settings["task"]));
        Assert.Contains("2 problems", measured.Output, StringComparison.Ordinal);
        Assert.Contains("2 runs (0 have ended); 4 answers, at most 512 tokens, 0 trainings in all, beside 4 answers", forecast.Error, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task What_an_option_replaces_is_not_downloaded()
    {
        await using var server = new PlainServer(_ => new PlainServer.Answer(500, []));
        (string, string)[] variables = [("XDG_CACHE_HOME", _folder.File("cache")), ("HF_ENDPOINT", server.Address.AbsoluteUri)];
        File.WriteAllText(_folder.File("run.json"), """{ "model": "hf:owner/name:tiny.gguf", "evaluationTask": "hf:datasets/owner/sums:test.jsonl" }""");
        var model = TinyModel.Write(_folder.File("own.gguf"));

        var shown = (await MftProcess.RunAsync(
            variables, "run", "--config", _folder.File("run.json"), "--model", model, "--evaluation-task", "symbolic", "--print-config")).Succeeded();

        Assert.Equal((model, "symbolic"), ((string?)JsonNode.Parse(shown.Output)!["model"], (string?)JsonNode.Parse(shown.Output)!["evaluationTask"]));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("{ \"model\": \"hf:owner:tiny.gguf\" }", "mft: hf:owner:tiny.gguf: expected hf:OWNER/NAME:FILE, ")]
    [InlineData("{ \"model\": ", "expected a JSON object")]
    public async Task Names_in_files_that_are_none_are_bad_input(string settings, string expected)
    {
        File.WriteAllText(_folder.File("run.json"), settings);

        var result = await Mft.RunAsync("run", "--config", _folder.File("run.json"), "--output", _folder.File("out"));

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Theory]
    [InlineData(true, "run", "--model", "hf:a/b:c")]
    [InlineData(true, "run", "--task=hf:datasets/a/b:c")]
    [InlineData(true, "work", "--models", "x.gguf", "hf:a/b:c")]
    [InlineData(false, "debate", "hf:a/b:c")]
    [InlineData(false, "run", "--output", "hf:a/b:c")]
    [InlineData(false, "debate", "--", "--model", "hf:a/b:c")]
    public void Names_are_looked_for_where_models_and_datasets_are_named(bool holds, params string[] arguments) => Assert.Equal(holds, HubArguments.Holds(arguments));

    [Fact]
    public void Progress_tells_rate_and_time_left()
    {
        Assert.Equal("12 MiB of 300 MiB, 1.5 MiB/s, 0:03:12 left", DownloadLines.Text(new DownloadProgress(12 << 20, 300 << 20, 1.5 * (1 << 20))));
        Assert.Equal("12 MiB", DownloadLines.Text(new DownloadProgress(12 << 20, null, 0)));
    }
}
