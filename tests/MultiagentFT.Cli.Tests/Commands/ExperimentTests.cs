using System.Text.Json.Nodes;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class ExperimentTests(PretrainedModel model) : IClassFixture<PretrainedModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_experiment_runs_every_seed_once_and_writes_its_tables()
    {
        var file = Write("small.json", """
            "seeds": [1, 2], "run": { "trainingProblems": 4, "minimumExamples": 1, "evaluationProblems": 4, "iterations": 1, "comparisons": ["greedy", "multiagent-ft"],
              "debate": { "agents": 2, "maxNewTokens": 96 }, "engine": { "threads": 1 }, "datasets": { "minimumVotes": 1 }, "training": { "threads": 1 } }
            """);
        string[] command = ["experiment", file, "--output", _folder.File("out"), "--json"];

        var forecast = (await Mft.RunAsync([.. command, "--forecast"])).Succeeded();
        Assert.False(Directory.Exists(_folder.File("out")));
        var first = (await Mft.RunAsync(command)).Succeeded();
        var second = (await Mft.RunAsync(command)).Succeeded();

        // Each seed: 4 greedy answers; 8 debates of 4 answers and 2 summaries; 4 agents.
        Assert.Contains("2 runs (0 have ended); 104 answers, at most 9,984 tokens, 8 trainings", forecast.Error, StringComparison.Ordinal);
        Assert.Contains("time of the 2 runs left: not known yet, as none of the same model has ended in this folder on this machine", forecast.Error, StringComparison.Ordinal);
        Assert.Matches("time of the 1 run left: about [0-9]+ (s|min), as 1 run of the same model and task took it", first.Error);
        Assert.Contains("2 runs (2 have ended)", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("time of", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
        var results = JsonNode.Parse(first.Output)!;
        Assert.Equal((2, 2), ((int)results["finished"]!, (int)results["runs"]!));
        Assert.Equal(["greedy 0 8", "multiagent-ft 1 8"], results["rows"]!.AsArray().Select(row => $"{row!["method"]} {row["iteration"]} {row["problems"]}"));
        foreach (var name in (string[])["results.md", "results.csv", "results.json", "results.parquet", "report.html"])
            Assert.True(File.Exists(_folder.File("out/" + name)), name);
    }

    [Fact]
    public async Task A_misspelt_key_stops_an_experiment_before_anything_is_written()
    {
        var file = Write("wrong.json", """ "run": { "trainingProblem": 4 } """);

        var result = await Mft.RunAsync("experiment", file, "--output", _folder.File("out"));

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("wrong.json: run.trainingProblem: expected one of", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    private string Write(string name, string keys)
    {
        File.Copy(model.Path, _folder.File("model.gguf"), overwrite: true);
        File.WriteAllText(_folder.File(name), "{ \"models\": [\"model.gguf\"], " + keys + " }");
        return _folder.File(name);
    }
}
