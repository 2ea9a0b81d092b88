using System.Text.Json;
using System.Text.Json.Nodes;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class RunTests(PretrainedModel model) : IClassFixture<PretrainedModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_compares_all_methods_and_is_done_only_once()
    {
        string[] command = Command("run", "--training-problems", "12", "--evaluation-problems", "4", "--minimum-votes", "1", "--json");

        var first = (await Mft.RunAsync(command)).Succeeded();
        var report = File.GetLastWriteTimeUtc(_folder.File("run/report.html"));
        var second = (await Mft.RunAsync(command)).Succeeded();
        var debate = (await Mft.RunAsync(
            "debate", "What is 4+23*6+24-24*12?", "--society", _folder.File("run"), "--max-new-tokens", "16")).Succeeded();
        await File.WriteAllTextAsync(_folder.File("settings.json"), """{"debate":{"rounds":2,"maxNewTokens":8}}""");
        var bench = (await Mft.RunAsync(
            "bench", "debate", "--society", _folder.File("run"), "--config", _folder.File("settings.json"), "--rounds", "3", "--debates", "1", "--threads", "1", "--json")).Succeeded();
        var intact = await Mft.RunAsync("inspect", _folder.File("run"));
        await File.AppendAllTextAsync(_folder.File("run/datasets/multiagent-ft/iteration-1/critic-1.jsonl"), "\n");
        var changed = await Mft.RunAsync("inspect", _folder.File("run"));

        var summary = JsonSerializer.Deserialize<Summary>(first.Output, JsonFormats.Indented)!;
        Assert.Equal(MethodCatalog.Default.DefaultKeys, summary.Methods.Select(method => method.Name));
        Assert.All(summary.Methods, method => Assert.Equal(4, method.Problems));
        Assert.Equal(first.Output.Trim(), File.ReadAllText(_folder.File("run/summary.json")).Trim());
        Assert.Equal(first.Output, second.Output);
        Assert.Empty(second.Error);
        Assert.Equal(report, File.GetLastWriteTimeUtc(_folder.File("run/report.html")));
        Assert.Equal((ExitCode.Success, ExitCode.BadInput), (intact.Code, changed.Code));
        Assert.Contains("critic-1.jsonl: expected SHA-256 ", changed.Error, StringComparison.Ordinal);
        var latencies = JsonNode.Parse(bench.Output)!["results"]!.AsArray();
        Assert.Equal(["llama", "mixed"], latencies.Select(latency => (string)latency!["decoder"]!));
        Assert.All(latencies, latency => Assert.Equal((2, 3, null), ((int)latency!["agents"]!, (int)latency["rounds"]!, (int?)latency["answerTokens"])));
        Assert.All(latencies, latency => Assert.InRange((int)latency!["generatedTokens"]!, 10, 10 * 8));
        Assert.Contains("round 2, critic-2 (", debate.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diversity_is_measured_and_changes_nothing_of_what_is_answered_and_learned()
    {
        // Without a chat template, as models may be that are made for embeddings.
        var embedder = TinyModel.Write(_folder.File("embedder.gguf"), new TinyModelOptions { Architecture = "qwen2", ChatTemplate = null });
        string[] options = ["--training-problems", "12", "--evaluation-problems", "6", "--comparisons", "debate,multiagent-ft", "--minimum-votes", "1", "--stop", "never"];
        (await Mft.RunAsync(Command("none", [.. options, "--diversity-problems", "0"]))).Succeeded();

        (await Mft.RunAsync(Command("some", [.. options, "--diversity-problems", "4", "--embedding-model", embedder]))).Succeeded();

        Assert.Equal(Files("none"), Files("some"));
        Assert.All(Files("none"), file => Assert.Equal(Content("none", file), Content("some", file)));
        var rows = JsonSerializer.Deserialize<Summary>(File.ReadAllText(_folder.File("some/summary.json")), JsonFormats.Indented)!.Methods;
        var (before, after) = (rows[0].Diversity!, rows[1].Diversity!);
        Assert.All((DiversityFigures[])[before, after], figures => Assert.Equal((8, 8, 0), (figures.GeneratorResponses, figures.CriticResponses, figures.Skipped)));
        Assert.Equal((0, 0, 0, 0), (before.CriticDivergence, before.GeneratorDivergence, before.CriticDivergenceFromBase, before.GeneratorDivergenceFromBase));
        Assert.Equal(before.OwnNegativeLogLikelihood!.Value, before.HeldOutNegativeLogLikelihood!.Value, 1e-9);
        Assert.True(after is { CriticDivergence: > 0, GeneratorDivergence: > 0, CriticDivergenceFromBase: > 0, GeneratorDivergenceFromBase: > 0 }, $"{after}");
        Assert.NotEqual(after.OwnNegativeLogLikelihood, after.HeldOutNegativeLogLikelihood);
        Assert.Contains("embedder.gguf", File.ReadAllText(_folder.File("some/inputs.json")), StringComparison.Ordinal);
    }

    /// <summary>Killed once while it generates and once while it trains, a run ends with the result of an undisturbed one.</summary>
    [Fact]
    public async Task A_killed_run_ends_with_the_same_result()
    {
        string[] options =
        [
            "--training-problems", "12", "--evaluation-problems", "6", "--chunk-problems", "3", "--comparisons", "debate,multiagent-ft",
            "--minimum-votes", "1",
        ];
        string[] killed = Command("killed", options);

        Assert.True(await MftProcess.KillAtAsync("debate, evaluation", killed));
        Assert.True(Directory.Exists(_folder.File("killed/transcripts")));
        Assert.True(await MftProcess.KillAtAsync("examples for", killed));
        (await MftProcess.RunAsync(killed)).Succeeded();
        (await Mft.RunAsync(Command("whole", options))).Succeeded();

        var files = Files("whole");
        Assert.Contains(files, file => file.EndsWith(".gguf", StringComparison.Ordinal));
        Assert.Contains(files, file => file.StartsWith("transcripts", StringComparison.Ordinal));
        Assert.Contains(files, file => file.StartsWith("datasets", StringComparison.Ordinal));
        Assert.Equal(files, Files("killed"));
        Assert.All(files, file => Assert.Equal(Content("whole", file), Content("killed", file)));
        Assert.Equal(SummaryOf("whole"), SummaryOf("killed"));
    }

    [Fact]
    public async Task An_interrupted_run_says_how_to_go_on()
    {
        using var error = new StringWriter();

        var code = await CommandLine.RunAsync(
            Command("run"), new Terminal(TextWriter.Null, error, Stream.Null), new CancellationToken(canceled: true));

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.EndsWith("mft: interrupted; run the same command again to continue\n", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_configuration_does_not_continue_a_run()
    {
        string[] command =
        [
            "run", "--model", model.Path, "--output", _folder.File("run"), "--threads", "1", "--max-new-tokens", "16",
            "--evaluation-problems", "2", "--comparisons", "base",
        ];
        (await Mft.RunAsync(command)).Succeeded();

        var result = await Mft.RunAsync([.. command, "--rounds", "3"]);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("debate.rounds: expected 2, found 3", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_is_overridden_by_options()
    {
        var config = _folder.File("run.json");
        await File.WriteAllTextAsync(config, """
            { "comparisons": ["base"], "evaluationProblems": 3, "trainingProblems": 2, "debate": { "agents": 5, "maxNewTokens": 16 } }
            """);

        var result = (await Mft.RunAsync(
            "run", "--config", config, "--model", model.Path, "--output", _folder.File("run"),
            "--evaluation-problems", "2", "--threads", "1", "--json")).Succeeded();

        var summary = JsonSerializer.Deserialize<Summary>(result.Output, JsonFormats.Indented)!;
        Assert.Equal((2, 5), (Assert.Single(summary.Methods).Problems, summary.Agents));
    }

    [Fact]
    public async Task Generated_debates_continue_and_become_datasets()
    {
        string[] command =
        [
            "generate", "--model", model.Path, "--count", "4", "--agents", "2", "--chunk-problems", "2", "--threads", "1",
            "--max-new-tokens", "64", "--output", _folder.File("debates.jsonl"), "--datasets", _folder.File("datasets"), "--json",
        ];
        var first = (await Mft.RunAsync(command)).Succeeded();
        var lines = await File.ReadAllLinesAsync(_folder.File("debates.jsonl"));
        await File.WriteAllTextAsync(_folder.File("debates.jsonl"), string.Join('\n', lines[..3]) + "\n{\"torn");

        var second = (await Mft.RunAsync(command)).Succeeded();
        var other = await Mft.RunAsync([.. command, "--seed", "2"]);

        Assert.Equal(lines, await File.ReadAllLinesAsync(_folder.File("debates.jsonl")));
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(4, Directory.GetFiles(_folder.File("datasets")).Length);
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Equal(lines, await File.ReadAllLinesAsync(_folder.File("debates.jsonl")));
    }

    /// <summary>A larger count goes on where the smaller one ended, with the debates that it would have had from the start.</summary>
    [Fact]
    public async Task A_dataset_is_extended_and_holds_nothing_of_an_earlier_society()
    {
        string[] Generate(string output, string count, string agents) =>
        [
            "generate", "--model", model.Path, "--count", count, "--agents", agents, "--threads", "1", "--max-new-tokens", "32",
            "--output", _folder.File(output), "--datasets", _folder.File("datasets"), "--minimum-votes", "1",
        ];
        (await Mft.RunAsync(Generate("debates.jsonl", "2", "3"))).Succeeded();
        var lines = await File.ReadAllLinesAsync(_folder.File("debates.jsonl"));
        (await Mft.RunAsync(Generate("debates.jsonl", "4", "3"))).Succeeded();
        (await Mft.RunAsync(Generate("whole.jsonl", "4", "3"))).Succeeded();
        var shorter = await Mft.RunAsync(Generate("debates.jsonl", "3", "3"));
        await File.WriteAllTextAsync(_folder.File("datasets/notes.txt"), "mine");
        (await Mft.RunAsync(Generate("two.jsonl", "2", "2"))).Succeeded();

        Assert.Equal(2, lines.Length);
        Assert.Equal(await File.ReadAllLinesAsync(_folder.File("whole.jsonl")), await File.ReadAllLinesAsync(_folder.File("debates.jsonl")));
        Assert.Equal(ExitCode.BadInput, shorter.Code);
        Assert.Contains("problems: expected 4, found 3", shorter.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["critic-1.jsonl", "critic-2.jsonl", "generator-1.jsonl", "generator-2.jsonl", "notes.txt"],
            Directory.GetFiles(_folder.File("datasets")).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.lock"));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.part"));
    }

    /// <summary>The society's own base with one byte changed is another model.</summary>
    [Fact]
    public async Task A_changed_base_answers_neither_debate_nor_eval()
    {
        var copy = _folder.File("copy.gguf");
        File.Copy(model.Path, copy);
        string[] command = Command("run", "--training-problems", "4", "--evaluation-problems", "2", "--comparisons", "multiagent-ft", "--minimum-votes", "1");
        command[Array.IndexOf(command, model.Path)] = copy;
        (await Mft.RunAsync(command)).Succeeded();
        var majority = (await Mft.RunAsync(
            "eval", "--society", _folder.File("run"), "--method", "majority", "--problems", "2", "--json")).Succeeded();
        using (var file = File.Open(copy, FileMode.Open))
        {
            file.Position = file.Length / 2;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        Assert.Equal(2, (int)JsonNode.Parse(majority.Output)!["answers"]!);
        foreach (var refused in (MftResult[])
        [
            await Mft.RunAsync("debate", "What is 4+23*6+24-24*12?", "--society", _folder.File("run")),
            await Mft.RunAsync("eval", "--society", _folder.File("run"), "--problems", "2"),
        ])
        {
            Assert.Equal(ExitCode.BadInput, refused.Code);
            Assert.Contains("copy.gguf: expected the base model that the society was trained on (SHA-256 ", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_adapter_that_changes_nothing_is_as_accurate_as_its_base()
    {
        var adapter = TinyAdapter.Write(_folder.File("zero.gguf"), model.Path, new TinyAdapterOptions { Reach = 0 });
        string[] command =
        [
            "eval", "--model", model.Path, "--method", "majority", "--agents", "2", "--problems", "3", "--threads", "1",
            "--max-new-tokens", "16", "--json",
        ];

        var plain = JsonNode.Parse((await Mft.RunAsync(command)).Succeeded().Output)!;
        var adapted = JsonNode.Parse((await Mft.RunAsync([.. command, "--adapter", adapter])).Succeeded().Output)!;

        Assert.Equal(3, (int)plain["problems"]!);
        Assert.Equal((double)plain["accuracy"]!, (double)adapted["accuracy"]!);
        Assert.Equal((long)plain["generatedTokens"]!, (long)adapted["generatedTokens"]!);
    }

    private string[] Command(string folder, params string[] options) =>
    [
        "run", "--model", model.Path, "--output", _folder.File(folder), "--iterations", "1", "--agents", "2", "--threads", "1",
        "--slots", "8", "--max-new-tokens", "96", "--training-threads", "1", "--training-rank", "2", "--minimum-examples", "1", .. options,
    ];

    /// <summary>What has to be equal byte by byte: transcripts, datasets, adapters.</summary>
    private List<string> Files(string folder) =>
    [
        .. Directory.EnumerateFiles(_folder.File(folder), "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".jsonl", StringComparison.Ordinal) || path.EndsWith(".gguf", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(_folder.File(folder), path))
            .Order(StringComparer.Ordinal),
    ];

    private byte[] Content(string folder, string file) => File.ReadAllBytes(Path.Combine(_folder.File(folder), file));

    /// <summary>The summary without its times.</summary>
    private string SummaryOf(string folder)
    {
        var summary = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.File(folder), "summary.json")))!;
        foreach (var method in summary["methods"]!.AsArray())
        {
            method!.AsObject().Remove("seconds");
            method.AsObject().Remove("evaluationSeconds");
        }
        return summary.ToJsonString();
    }
}
