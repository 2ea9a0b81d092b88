using MultiagentFT.Foundation;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Experiments;

public sealed class ExperimentTests : IDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly string _embedded;

    public ExperimentTests() => _embedded = _files.Write("small.gguf", "weights");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void EveryModelMeetsEveryTaskWithEverySeed()
    {
        _files.Write("other.gguf", "weights");
        _files.Write("sums.jsonl", string.Concat(Enumerable.Range(0, 200).Select(n => $$"""{"question":"What is {{n}}+1?","answer":"{{n + 1}}"}""" + "\n")));
        var experiment = Read("""
            {
              // comments are allowed
              "models": ["embedded", "other.gguf"], "tasks": ["arithmetic", "sums.jsonl"], "seeds": [3, 5],
              "run": { "trainingProblems": 7, "evaluationProblems": 4, "debate": { "agents": 2 }, "comparisons": ["base", "multiagent-ft"] },
            }
            """);

        Assert.Equal("experiment", experiment.Name);
        Assert.Equal(
            [
                "small/arithmetic/seed-3", "small/arithmetic/seed-5", "small/sums/seed-3", "small/sums/seed-5",
                "other/arithmetic/seed-3", "other/arithmetic/seed-5", "other/sums/seed-3", "other/sums/seed-5",
            ],
            experiment.Cells.Select(cell => cell.Folder.Replace('\\', '/')));
        Assert.All(experiment.Cells, cell => Assert.Equal((7, 4, 2), (cell.Config.TrainingProblems, cell.Config.EvaluationProblems, cell.Config.Debate.Agents)));
        Assert.Equal(_embedded, experiment.Cells[0].Config.Model);
        Assert.Equal(_files.At("sums.jsonl"), experiment.Cells[^1].Config.Task);
        Assert.Equal(5UL, experiment.Cells[^1].Config.Seed);
    }

    [Fact]
    public void PathsInItsSettingsStartAtTheExperimentFile()
    {
        _files.Write("sums.jsonl", string.Concat(Enumerable.Range(0, 9).Select(n => $$"""{"question":"What is {{n}}+1?","answer":"{{n + 1}}"}""" + "\n")));
        _files.Write("more.jsonl", """{"question":"What is 50+1?","answer":"51"}""");

        var cell = Assert.Single(Read("""
            { "tasks": ["sums.jsonl"], "run": { "evaluationTask": "more.jsonl", "trainingProblems": 9, "evaluationProblems": 1, "grading": "strict" } }
            """).Cells);

        Assert.Equal(_files.At("more.jsonl"), cell.Config.EvaluationTask);
        Assert.False(cell.Config.OpenTask().Same("18 eggs", "18"));
    }

    /// <summary>
    /// One iteration, two agents, two rounds. Base: 4 answers. Debates: 2 + 2 answers and 2 summaries a problem, 7 problems to learn from and 4 to measure.
    /// </summary>
    [Fact]
    public void TheForecastCountsAnswersAndTrainings()
    {
        var experiment = Read("""
            { "seeds": [1, 2], "run": { "trainingProblems": 7, "evaluationProblems": 4, "iterations": 1, "debate": { "agents": 2, "maxNewTokens": 10 },
              "comparisons": ["base", "multiagent-ft"] } }
            """);

        Assert.Equal(new Forecast(2 * (4 + (11 * 6)), 20 * (4 + (11 * 6)), 2 * 4), Forecast.Of(experiment, MethodCatalog.Default));
    }

    /// <summary>STaR answers each of 7 problems to learn from, and again where it was wrong; it votes over as many answers as a debate has answers and summaries, 6, on 4.</summary>
    [Fact]
    public void TheForecastCountsAnswersToLearnFromAsTheyAreGiven()
    {
        var experiment = Read("""
            { "run": { "trainingProblems": 7, "evaluationProblems": 4, "iterations": 1, "debate": { "agents": 2, "maxNewTokens": 10 }, "comparisons": ["star"] } }
            """);

        Assert.Equal(new Forecast((7 * 2) + (4 * 6), 10 * ((7 * 2) + (4 * 6)), 1), Forecast.Of(experiment, MethodCatalog.Default));
    }

    [Fact]
    public void SocietiesAreMeasuredOnTheirOwnAndOnOtherTasks()
    {
        var cells = Read("""
            { "tasks": ["arithmetic", "symbolic"], "evaluationTasks": ["arithmetic", "word-problems", "symbolic"],
              "run": { "trainingProblems": 7, "evaluationProblems": 4 } }
            """).Cells;

        Assert.Equal(
            [
                ("small/arithmetic/seed-1", ""), ("small/arithmetic-on-word-problems/seed-1", "word-problems"), ("small/arithmetic-on-symbolic/seed-1", "symbolic"),
                ("small/symbolic-on-arithmetic/seed-1", "arithmetic"), ("small/symbolic-on-word-problems/seed-1", "word-problems"), ("small/symbolic/seed-1", ""),
            ],
            cells.Select(cell => (cell.Folder.Replace('\\', '/'), cell.Config.EvaluationTask)));
        var problems = cells.Select(cell => RunProblems.Draw(cell.Config, cell.Config.OpenTask())).ToList();
        Assert.Equal(problems[0].Training[0], problems[1].Training[0]);
        Assert.Equal(problems[5].Evaluation, problems[2].Evaluation);
        Assert.All(problems[1].Evaluation, problem => Assert.StartsWith("How many has", problem.Question.Split(". ")[^1], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "evaluationTasks": ["symbolic"], "run": { "evaluationTask": "symbolic" } }""", "run.evaluationTask: expected none, as evaluationTasks are given, found one")]
    [InlineData("""{ "evaluationTasks": ["symbolic", "symbolic"] }""", "found 2 runs for small/arithmetic-on-symbolic/seed-1")]
    [InlineData("""{ "evaluationTasks": ["chess"] }""", "small, arithmetic-on-chess, seed 1: evaluationTask: expected arithmetic, word-problems, symbolic or")]
    [InlineData("""{ "sedes": [1] }""", "sedes: expected one of name, models, tasks, evaluationTasks, seeds, run, found an unknown key")]
    [InlineData("""{ "seeds": [] }""", "seeds: expected at least one, found none")]
    [InlineData("""{ "seeds": [1, 1] }""", "expected models and tasks with names of their own, found 2 runs for small/arithmetic/seed-1")]
    [InlineData("""{ "run": { "iterationen": 3 } }""", "run.iterationen: expected one of")]
    [InlineData("""{ "run": { "debate": { "agents": 0 } } }""", "small, arithmetic, seed 1: debate.agents: expected 1 to 64, found 0")]
    [InlineData("""{ "run": { "seed": 3 } }""", "run.seed: expected seeds beside run, found it in run")]
    [InlineData("""{ "models": ["none.gguf"] }""", "none, arithmetic, seed 1: models: expected a GGUF file, found nothing at")]
    [InlineData("""{ "tasks": ["none.jsonl"] }""", "small, none, seed 1:")]
    [InlineData("""{ "run": 3 }""", "run: expected an object, found number")]
    [InlineData("[]", "expected an object, found []")]
    [InlineData("""{ "models": ["a\u0000.gguf"] }""", "models: expected a path without NUL, found a")]
    [InlineData("""{ "evaluationTasks": [""] }""", "evaluationTasks: expected a path, found nothing")]
    [InlineData("""{ "models": ["...gguf"] }""", "models: expected files whose names without their ends can name folders of runs, found ..")]
    [InlineData("""{ "models": ["Results.md.gguf"] }""", "models: expected files whose names without their ends can name folders of runs, found Results.md")]
    [InlineData("""{ "models": ["openai:.."] }""", "models: expected files whose names without their ends can name folders of runs, found one of none")]
    [InlineData("""{ "tasks": [".jsonl"] }""", "tasks: expected files whose names without their ends can name folders of runs, found one of none")]
    public void WhatDoesNotFitIsRefusedBeforeAnythingRuns(string file, string message)
    {
        var error = Assert.Throws<InputException>(() => Read(file));

        Assert.Contains(message, error.Message.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.StartsWith(_files.At("experiment.json"), error.Message, StringComparison.Ordinal);
    }

    private Experiment Read(string text) => Experiment.Read(_files.Write("experiment.json", text), _embedded);
}
