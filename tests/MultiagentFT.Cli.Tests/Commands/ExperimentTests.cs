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

    /// <summary>Answers are those of a real model here: what is taken over fits the rest of the run.</summary>
    [Fact]
    public async Task Runs_take_over_what_others_have_made_of_the_same()
    {
        const string Settings = """
            "trainingProblems": 4, "minimumExamples": 1, "evaluationProblems": 4, "comparisons": ["greedy", "multiagent-ft"], "diversityProblems": 0,
              "debate": { "agents": 2, "maxNewTokens": 96 }, "engine": { "threads": 1 }, "datasets": { "minimumVotes": 1 }, "training": { "threads": 1 }
            """;
        var tasks = Write("tasks.json", $$"""
            "evaluationTasks": ["arithmetic", "symbolic"], "run": { "iterations": 1, {{Settings}} }
            """);
        var longer = Write("longer.json", $$"""
            "run": { "iterations": 2, {{Settings}} }
            """);

        var first = (await Mft.RunAsync("experiment", tasks, "--output", _folder.File("tasks"))).Succeeded();
        var second = (await Mft.RunAsync("experiment", "--reuse", _folder.File("tasks/model/arithmetic-on-symbolic"), "--reuse", _folder.File("tasks"), longer, "--output", _folder.File("longer"))).Succeeded();
        var missing = await Mft.RunAsync("experiment", longer, "--reuse", _folder.File("nowhere"));

        // 4 greedy answers; 8 debates of 4 answers and 2 summaries, of which 4 are learned from; 4 agents.
        Assert.Contains("2 runs (0 have ended); 80 answers, at most 7,680 tokens, 4 trainings in all, beside 24 answers and 4 trainings that are taken over", first.Error, StringComparison.Ordinal);
        Assert.Contains($"3 stages taken over from {_folder.File("tasks/model/arithmetic/seed-1")}", first.Error, StringComparison.Ordinal);
        Assert.Contains("1 runs (0 have ended); 48 answers, at most 4,608 tokens, 4 trainings in all, beside 52 answers and 4 trainings that are taken over", second.Error, StringComparison.Ordinal);
        Assert.Contains($"3 stages taken over from {_folder.File("tasks/model/arithmetic-on-symbolic/seed-1")}", second.Error, StringComparison.Ordinal);
        Assert.Contains($"2 stages taken over from {_folder.File("tasks/model/arithmetic/seed-1")}", second.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.BadInput, true), (missing.Code, missing.Error.Contains($"--reuse: expected a folder of runs, found none at {_folder.File("nowhere")}", StringComparison.Ordinal)));
        foreach (var run in (string[])["tasks/model/arithmetic-on-symbolic", "longer/model/arithmetic"])
        {
            var adapter = "seed-1/adapters/multiagent-ft/iteration-1/critic-2.gguf";
            Assert.Equal(File.ReadAllBytes(_folder.File($"tasks/model/arithmetic/{adapter}")), File.ReadAllBytes(_folder.File($"{run}/{adapter}")));
        }
    }

    [Fact]
    public async Task A_sample_tells_the_time_before_any_run()
    {
        var file = Write("sampled.json", """
            "tasks": ["arithmetic", "symbolic"], "run": { "trainingProblems": 400, "evaluationProblems": 4, "comparisons": ["greedy", "multiagent-ft"],
              "debate": { "agents": 2, "maxNewTokens": 96 }, "engine": { "threads": 1 }, "datasets": { "minimumVotes": 1 }, "training": { "threads": 1 } }
            """);
        string[] command = ["experiment", file, "--output", _folder.File("out"), "--forecast", "--sample"];

        var first = (await Mft.RunAsync([.. command, "4"])).Succeeded();
        var second = (await Mft.RunAsync([.. command, "4"])).Succeeded();
        var wrong = await Mft.RunAsync([.. command, "-1"]);

        Assert.Contains("a sample of model, arithmetic", first.Error, StringComparison.Ordinal);
        Assert.Contains("a sample of model, symbolic", first.Error, StringComparison.Ordinal);
        foreach (var result in (MftResult[])[first, second])
            Assert.Matches("time of the 2 runs left: about .*, as [12] runs? of the same model outside of the experiment took it", result.Error);
        Assert.DoesNotContain("a sample of", second.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out/model")));
        Assert.Equal((ExitCode.BadInput, true), (wrong.Code, wrong.Error.Contains("--sample: expected 0 to", StringComparison.Ordinal)));
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
