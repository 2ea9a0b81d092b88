using System.Globalization;
using System.Xml.Linq;
using CsvHelper;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Tests.Fakes;
using Parquet.Serialization;

namespace MultiagentFT.Runs.Tests.Experiments;

public sealed class ExperimentResultsTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task SeedsArePooled()
    {
        var (experiment, summaries) = await RunAsync(1, 2);

        var results = ExperimentResults.Read(experiment, _files.At("out"), MethodCatalog.Default);

        Assert.Equal((2, 2), (results.Finished, results.Runs));
        var row = Assert.Single(results.Rows, row => row is { Method: "multiagent-ft", Iteration: 2 });
        var runs = summaries.Select(summary => summary.Methods.Single(method => method is { Name: "multiagent-ft", Iteration: 2 })).ToList();
        Assert.Equal(runs.Select(run => run.Accuracy), row.Accuracies);
        Assert.Equal(runs.Average(run => run.Accuracy!.Value), row.Accuracy!.Value, 12);
        Assert.Equal(80, row.Problems);
        Assert.Equal(runs.Average(run => run.TrainedTokens), row.TrainedTokens);
        Assert.Equal(runs.Sum(run => run.Debate!.WrongToRight), row.WrongToRight);
        var gain = Assert.Single(results.Gains, gain => gain.Over == "base");
        var gains = summaries.Select(summary => summary.Gains.Single(gain => gain.Over == "base")).ToList();
        Assert.Equal(gains.Average(gain => gain.Difference), gain.Difference, 12);
        Assert.Equal(Math.Sqrt(gains.Sum(gain => gain.StandardError * gain.StandardError)) / 2, gain.StandardError, 12);
        Assert.Equal((gains.Sum(gain => gain.Won), gains.Sum(gain => gain.Lost)), (gain.Won, gain.Lost));
        Assert.Equal((gain.Won - gain.Lost) / 80.0, gain.Difference, 12);
    }

    /// <summary>40 of 100 more in one run, and 1 of 10 less in another, are 39 of 110.</summary>
    [Fact]
    public void RunsArePooledByTheirProblems()
    {
        var gain = PooledGain.Of("toy", "a", [Of(0.4, 0.05, 41, 1, 100), Of(-0.1, 0.2, 0, 1, 10)]);

        Assert.Equal(39 / 110.0, gain.Difference, 12);
        Assert.Equal(Math.Sqrt((100 * 0.05 * 100 * 0.05) + (10 * 0.2 * 10 * 0.2)) / 110, gain.StandardError, 12);
        Assert.Equal((41, 2), (gain.Won, gain.Lost));
        Assert.InRange(gain.Difference, gain.Interval!.Value.Low, gain.Interval.Value.High);
        Assert.InRange(gain.Interval.Value.Low, 0.25, 0.28);
        // Summaries of before do not tell how many problems there were.
        Assert.Equal(0.15, PooledGain.Of("toy", "a", [Of(0.4, 0.05, 41, 1, 0), Of(-0.1, 0.2, 0, 1, 0)]).Difference, 12);

        static Gain Of(double difference, double error, int won, int lost, int problems) => new("multiagent-ft", 1, "base", 0, difference, error, won, lost, 1) { Problems = problems };
    }

    [Fact]
    public async Task AnUnfinishedRunIsNotCounted()
    {
        var (experiment, _) = await RunAsync(1, 2);
        File.Delete(_files.At("out/toy/arithmetic/seed-2/manifest.json"));

        var results = ExperimentResults.Read(experiment, _files.At("out"), MethodCatalog.Default);

        Assert.Equal((1, 2), (results.Finished, results.Runs));
        Assert.All(results.Rows, row => Assert.Single(row.Accuracies));
        Assert.Contains("1 of 2 runs have ended", ExperimentTable.Markdown(results, MethodCatalog.Default), StringComparison.Ordinal);
        // Its report is not there yet.
        var page = XElement.Parse(ExperimentReport.Render(experiment, results, MethodCatalog.Default)["<!DOCTYPE html>\n".Length..]);
        Assert.All(page.Descendants("a"), link => Assert.StartsWith("toy/arithmetic/seed-1/report.html", (string?)link.Attribute("href"), StringComparison.Ordinal));
        Assert.Equal(1 + (results.Rows.Count * 4), page.Descendants("a").Count());
        Assert.Contains(page.Descendants("li"), item => item.Value == "toy, arithmetic, seed 2: has not ended yet");
    }

    /// <summary>Of seeds 1 and 2 the first has not ended: nothing of the second is told as if it were of the first, and nothing leads to a report that is not there.</summary>
    [Fact]
    public async Task NumbersOfARunHaveItsSeed()
    {
        var (experiment, _) = await RunAsync(1, 2);
        File.Delete(_files.At("out/toy/arithmetic/seed-1/manifest.json"));
        var results = ExperimentResults.Read(experiment, _files.At("out"), MethodCatalog.Default);

        await ExperimentTable.WriteAsync(results, _files.At("out"), MethodCatalog.Default, TestContext.Current.CancellationToken);

        Assert.All(results.Rows, row => Assert.Equal([2UL], row.Seeds));
        using var csv = new CsvReader(new StreamReader(_files.At("out/results.csv")), CultureInfo.InvariantCulture);
        Assert.All(csv.GetRecords<ExperimentLine>(), line => Assert.Equal((1, 2UL), (line.Run, line.Seed)));
        Assert.Contains("| seed 2 |", File.ReadAllText(_files.At("out/results.md")), StringComparison.Ordinal);
        var page = XElement.Parse(ExperimentReport.Render(experiment, results, MethodCatalog.Default)["<!DOCTYPE html>\n".Length..]);
        Assert.All(page.Descendants("a"), link => Assert.StartsWith("toy/arithmetic/seed-2/", (string)link.Attribute("href")!, StringComparison.Ordinal));
        Assert.Equal(["toy, arithmetic, seed 1: has not ended yet", "toy, arithmetic, seed 2"], page.Elements("body").Descendants("ul").Last().Elements("li").Select(item => item.Value));
    }

    /// <summary>A file of 8 problems of which each seed measures 5: at least 2 are measured twice.</summary>
    [Fact]
    public async Task SeedsThatMeasureTheSameProblemsAreNamed()
    {
        var file = _files.Write("few.jsonl", string.Concat(Enumerable.Range(1, 8).Select(n => $$"""{"question": "What is {{n}}+2*3+4-5*6?", "answer": "{{n - 20}}"}""" + "\n")));
        var config = ToyRun.Small(_files) with { EvaluationTask = file, Methods = ["base"], Iterations = 0 };
        var cells = ((ulong[])[1, 2]).Select(seed => new ExperimentCell("toy", "arithmetic-on-few", config with { Seed = seed })).ToList();
        foreach (var cell in cells) await ToyRun.RunAsync(_files.At(Path.Combine("out", cell.Folder)), cell.Config);
        var different = cells.SelectMany(cell => RunProblems.Draw(cell.Config, cell.Config.OpenTask()).Evaluation).Distinct().Count();

        var results = ExperimentResults.Read(new Experiment("Few problems", cells), _files.At("out"), MethodCatalog.Default);

        Assert.InRange(different, 5, 8);
        var note = $"toy, arithmetic-on-few: the 2 seeds measure {different} different problems 10 times in all; intervals, standard errors and p take each time for a problem of its own, and are too narrow";
        Assert.Equal([note], results.Notes);
        Assert.Contains(note + ".\n", ExperimentTable.Markdown(results, MethodCatalog.Default), StringComparison.Ordinal);
        Assert.Contains(note, ExperimentReport.Render(new Experiment("Few problems", cells), results, MethodCatalog.Default), StringComparison.Ordinal);
        Assert.Empty(ExperimentResults.Read(new Experiment("One seed", [cells[0]]), _files.At("out"), MethodCatalog.Default).Notes);
    }

    /// <summary>Rows of other iterations, and gains of other societies, are no seeds of the same.</summary>
    [Fact]
    public async Task RunsOfFewerIterationsThanAreAskedForHaveNotEnded()
    {
        var (experiment, _) = await RunAsync(1, 2);
        var longer = experiment with { Cells = [.. experiment.Cells.Select(cell => cell with { Config = cell.Config with { Iterations = 3 } })] };
        await ToyRun.RunAsync(_files.At("out/toy/arithmetic/seed-2"), longer.Cells[1].Config);

        var results = ExperimentResults.Read(longer, _files.At("out"), MethodCatalog.Default);

        Assert.Equal([false, true], longer.Cells.Select(cell => cell.HasEnded(_files.At("out"), MethodCatalog.Default)));
        Assert.Equal((1, 2), (results.Finished, results.Runs));
        Assert.All(results.Rows, row => Assert.Single(row.Accuracies));
        Assert.All(results.Gains, gain => Assert.Equal(3, gain.Iteration));
        Assert.Equal((1, 1), (TimeForecast.Of(longer, _files.At("out"), MethodCatalog.Default).Left, TimeForecast.Of(longer, _files.At("out"), MethodCatalog.Default).Known));
    }

    [Fact]
    public async Task AFolderOfOtherRunsIsRefusedBeforeAnythingRuns()
    {
        var (experiment, _) = await RunAsync(1, 2);
        var more = experiment with { Cells = [experiment.Cells[0] with { Config = experiment.Cells[0].Config with { Seed = 3 } }, .. experiment.Cells] };
        var other = experiment with { Cells = [more.Cells[0], experiment.Cells[1] with { Config = experiment.Cells[1].Config with { TrainingProblems = 7 } }] };

        more.Check(_files.At("out"), MethodCatalog.Default);
        more.Check(_files.At("elsewhere"), MethodCatalog.Default);
        var error = Assert.Throws<InputException>(() => other.Check(_files.At("out"), MethodCatalog.Default));

        Assert.StartsWith(_files.At("out/toy/arithmetic/seed-2") + ": holds a run with another configuration", error.Message, StringComparison.Ordinal);
        Assert.Contains("trainingProblems: expected 6, found 7", error.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_files.At("out/toy/arithmetic/seed-3"));
        File.WriteAllText(_files.At("out/toy/arithmetic/seed-3/thesis.txt"), "mine");
        Assert.Contains("expected an empty folder or that of a run", Assert.Throws<InputException>(() => more.Check(_files.At("out"), MethodCatalog.Default)).Message, StringComparison.Ordinal);
        // More iterations are no other run, and looking claims nothing.
        (experiment with { Cells = [.. experiment.Cells.Select(cell => cell with { Config = cell.Config with { Iterations = 3 } })] }).Check(_files.At("out"), MethodCatalog.Default);
        Assert.True(File.Exists(_files.At("out/toy/arithmetic/seed-2/manifest.json")));
    }

    [Fact]
    public async Task TablesHoldTheSameNumbers()
    {
        var (experiment, _) = await RunAsync(1, 2);
        var results = ExperimentResults.Read(experiment, _files.At("out"), MethodCatalog.Default);

        await ExperimentTable.WriteAsync(results, _files.At("out"), MethodCatalog.Default, TestContext.Current.CancellationToken);

        using var csv = new CsvReader(new StreamReader(_files.At("out/results.csv")), CultureInfo.InvariantCulture);
        var lines = csv.GetRecords<ExperimentLine>().ToList();
        using var file = File.OpenRead(_files.At("out/results.parquet"));
        var columns = (await ParquetSerializer.DeserializeAsync<ExperimentLine>(file, cancellationToken: TestContext.Current.CancellationToken)).Data;
        Assert.Equal(results.Rows.Sum(row => row.Accuracies.Count), lines.Count);
        Assert.Equal(lines.Select(Text), columns.Select(Text));
        var society = results.Rows.Single(row => row is { Method: "multiagent-ft", Iteration: 2 });
        Assert.Equal(society.Accuracies, lines.Where(line => line is { Method: "multiagent-ft", Iteration: 2 }).Select(line => line.Accuracy));
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| Multiagent finetuning | 2 | {100 * society.Accuracy:0.0} %"),
            File.ReadAllText(_files.At("out/results.md")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheReportPlotsEveryMethodAndLinksEveryRun()
    {
        var (experiment, _) = await RunAsync(1, 2);

        var results = ExperimentResults.Read(experiment, _files.At("out"), MethodCatalog.Default);
        var html = ExperimentReport.Render(experiment, results, MethodCatalog.Default);

        var page = XElement.Parse(html["<!DOCTYPE html>\n".Length..]);
        Assert.Equal(
            ["Accuracy over tokens of the evaluation", "Accuracy over iterations", "Consensus of first answers over iterations", "Agents that debates turn"],
            page.Descendants("svg").Select(svg => (string?)svg.Attribute("aria-label")));
        Assert.All(page.Descendants("figure"), figure => Assert.Contains(figure.Descendants("li"), text => text.Value == "Multiagent finetuning"));
        var names = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.All(
            page.Descendants().Attributes("clip-path"), clip => Assert.Contains(clip.Value["url(#".Length..^1], names));
        Assert.Equal(
            ["toy/arithmetic/seed-1/report.html", "toy/arithmetic/seed-2/report.html"], page.Descendants("ul").Descendants("a").Select(link => (string?)link.Attribute("href")));
        // The debates of every row, of each seed, in the browser of its run's report.
        var debates = page.Descendants("td").Descendants("a").Select(link => (string)link.Attribute("href")!).ToList();
        Assert.Equal(results.Rows.Count * 4 * 2, debates.Count);
        Assert.Contains("toy/arithmetic/seed-2/report.html#debates?method=multiagent-ft&iteration=2&outcome=wrong-right", debates);
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe");
    }

    [Fact]
    public async Task DiversityIsPooledOverSeedsInEveryFile()
    {
        var (experiment, summaries) = await RunAsync(scores: true, 1, 2);
        var results = ExperimentResults.Read(experiment, _files.At("out"), MethodCatalog.Default);

        await ExperimentTable.WriteAsync(results, _files.At("out"), MethodCatalog.Default, TestContext.Current.CancellationToken);

        var runs = summaries.Select(summary => summary.Methods.Single(method => method is { Name: "multiagent-ft", Iteration: 2 }).Diversity!).ToList();
        var pooled = results.Rows.Single(row => row is { Method: "multiagent-ft", Iteration: 2 }).Diversity!;
        foreach (var (title, _, of) in DiversityFigures.Named) Assert.True(Math.Abs(runs.Average(run => of(run)!.Value) - of(pooled)!.Value) < 1e-12, title);
        Assert.Equal(runs.Sum(run => run.CriticResponses), pooled.CriticResponses);
        Assert.NotEqual(runs[0].CriticDivergence, runs[1].CriticDivergence);
        Assert.All(results.Rows.Where(row => row.Method is not ("debate" or "multiagent-ft")), row => Assert.Null(row.Diversity));
        using var csv = new CsvReader(new StreamReader(_files.At("out/results.csv")), CultureInfo.InvariantCulture);
        var lines = csv.GetRecords<ExperimentLine>().ToList();
        using var file = File.OpenRead(_files.At("out/results.parquet"));
        var columns = (await ParquetSerializer.DeserializeAsync<ExperimentLine>(file, cancellationToken: TestContext.Current.CancellationToken)).Data;
        foreach (var table in (IEnumerable<ExperimentLine>[])[lines, columns])
        {
            var line = table.First(line => line is { Method: "multiagent-ft", Iteration: 2 });
            Assert.Equal(
                DiversityFigures.Named.Select(figure => figure.Of(pooled)),
                [
                    line.HeldOutNegativeLogLikelihood, line.OwnNegativeLogLikelihood,
                    line.CriticDivergence, line.GeneratorDivergence, line.CriticDivergenceFromBase, line.GeneratorDivergenceFromBase,
                    line.CriticDissimilarity, line.GeneratorDissimilarity,
                ]);
            Assert.Null(table.First(line => line.Method == "base").CriticDivergence);
        }
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| Multiagent finetuning | 2 | {pooled.HeldOutNegativeLogLikelihood:0.0000} | {pooled.OwnNegativeLogLikelihood:0.0000} |"),
            File.ReadAllText(_files.At("out/results.md")), StringComparison.Ordinal);
        var page = XElement.Parse(ExperimentReport.Render(experiment, results, MethodCatalog.Default)["<!DOCTYPE html>\n".Length..]);
        Assert.Equal(
            DiversityFigures.Named.Select(figure => $"Diversity over iterations, {figure.Unit}").Distinct(),
            page.Descendants("svg").Select(svg => (string?)svg.Attribute("aria-label")).Where(label => label!.StartsWith("Diversity", StringComparison.Ordinal)));
        var names = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    private static string Text(ExperimentLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.Model} {line.Task} {line.Method} {line.Iteration} {line.Run} {line.Seed} {line.Accuracy:R} {line.Low:R} {line.TrainedTokens:R}");

    private Task<(Experiment Experiment, List<Summary> Summaries)> RunAsync(params ulong[] seeds) => RunAsync(scores: false, seeds);

    private async Task<(Experiment Experiment, List<Summary> Summaries)> RunAsync(bool scores, params ulong[] seeds)
    {
        var config = ToyRun.Small(_files) with { EvaluationProblems = 40, Debate = new() { Agents = 3 } };
        var cells = seeds.Select(seed => new ExperimentCell("toy", "arithmetic", config with { Seed = seed })).ToList();
        var summaries = new List<Summary>();
        foreach (var cell in cells) summaries.Add(await ToyRun.RunAsync(_files.At(Path.Combine("out", cell.Folder)), cell.Config, scores: scores));
        return (new Experiment("Two seeds", cells), summaries);
    }
}
