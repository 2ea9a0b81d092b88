using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Serving;
using Spectre.Console;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft experiment</c>: models × tasks × seeds of one file.</summary>
internal sealed class ExperimentCommand : MftCommand
{
    private readonly Argument<string> _file;
    private readonly Option<string> _output;
    private readonly Option<string[]> _reuse;
    private readonly Option<bool> _forecast;
    private readonly Option<int> _sample;
    private readonly ClusterOptions _cluster;
    private readonly Option<bool> _json;

    public ExperimentCommand(Terminal terminal)
        : base(
            "experiment",
            "Runs every model on every task with every seed of a file, pools the seeds, and writes tables and a report. The same command continues it.",
            terminal,
            "mft experiment benchmarks/experiments/three-seeds.json",
            "mft experiment benchmarks/experiments/transfer.json --forecast --sample 16",
            "mft experiment benchmarks/experiments/five-iterations.json --reuse runs/three-seeds",
            "mft experiment mine.json --output runs/mine --json")
    {
        _file = new Argument<string>("file") { Description = "JSON: name, models, tasks, evaluationTasks, seeds, and run, which has the keys of a run's configuration" };
        Add(_file);
        _output = Added(TypedOption.Text("--output", "Folder of the runs and results [default: runs/FILE]", "folder"));
        _reuse = Added(TypedOption.Folders("--reuse", "Take over finished stages from runs in this folder where they would be the same, as is done among those of the experiment; may be given again"));
        _forecast = Added(TypedOption.Flag("--forecast", "Only say what it would take"));
        _sample = Added(TypedOption.Number<int>("--sample", "Before that, run so many problems of every model and task whose time is not known, and tell the time from them [default: 0, none]"));
        _cluster = new ClusterOptions(this);
        _json = Added(TypedOption.Flag("--json", "Print the results as JSON"));
    }

    public override bool IsResumable => true;

    public override string? SettingsFile(ParseResult parsed) => parsed.GetValue(_file);

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var cluster = _cluster.Read(parsed);
        var reuse = parsed.GetValue(_reuse) ?? [];
        if (Array.Find(reuse, path => !Directory.Exists(path)) is { } missing) throw new InputException(_reuse.Name, null, "a folder of runs", $"none at {missing}");
        var file = parsed.GetRequiredValue(_file);
        var experiment = Experiment.Read(file, EmbeddedModel.Or(""), locate: HubNames.Locate);
        foreach (var cell in experiment.Cells) _ = RunJob.Check(cell.Config, cell.Config.OpenTask());
        var folder = Path.GetFullPath(parsed.GetValue(_output) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(file)));
        // Models may be large: each is hashed once here.
        var measured = new Dictionary<string, InputFile>(StringComparer.Ordinal);
        experiment.Check(folder, MethodCatalog.Default, measured);
        var sharing = new ExperimentSharing(experiment, folder, reuse, MethodCatalog.Default, measured);
        if (parsed.GetValue(_sample) is var problems && problems is < 0 or > RunConfig.MostProblems)
            throw new InputException(_sample.Name, null, $"0 to {RunConfig.MostProblems} problems", $"{problems}");
        if (problems > 0) await SampleAsync(experiment, folder, problems, sharing, cancellation).ConfigureAwait(false);
        Announce(experiment, folder, sharing);
        if (parsed.GetValue(_forecast)) return;
        Directory.CreateDirectory(folder);
        foreach (var (index, cell) in experiment.Cells.Index())
        {
            Terminal.Error.WriteLine($"{index + 1} of {experiment.Cells.Count}: {cell}");
            var task = TaskFile.Open(Terminal, cell.Config);
            foreach (var note in RunProblems.Draw(cell.Config, task).Notes(cell.Config)) Terminal.Error.WriteLine(note);
            var job = new RunJob(Terminal, cluster) { OnOpened = run => TakeOver(run, sharing) };
            await job.RunAsync(cell.Config, task, Path.Combine(folder, cell.Folder), Key(cell), cancellation).ConfigureAwait(false);
            await WriteAsync(experiment, folder, cancellation).ConfigureAwait(false);
            WriteTimeLeft(experiment, folder, sharing);
        }
        Show(ExperimentResults.Read(experiment, folder, MethodCatalog.Default), folder, parsed.GetValue(_json));
    }

    /// <summary>Small runs on this machine, which are kept in the folder; remote models, which cost money, have none.</summary>
    private async Task SampleAsync(Experiment experiment, string folder, int problems, ExperimentSharing sharing, CancellationToken cancellation)
    {
        foreach (var cell in SampleRun.Wanted(experiment, folder, MethodCatalog.Default, sharing).Where(cell => !RemoteModel.IsRemote(cell.Config.Model)))
        {
            Terminal.Error.WriteLine($"a sample of {cell.Model}, {Path.GetFileNameWithoutExtension(cell.Config.Task)}");
            var config = SampleRun.Of(cell.Config, problems, MethodCatalog.Default);
            try
            {
                await new RunJob(Terminal, null).RunAsync(config, config.OpenTask(), Path.Combine(folder, SampleRun.Folder(cell, problems)), null, cancellation).ConfigureAwait(false);
            }
            catch (InputException error)
            {
                // Too few problems to learn from, as a rule; the experiment itself may have enough.
                Terminal.Error.WriteLine($"no sample: {error.Message}");
            }
        }
    }

    /// <summary>The file says where it is sent, and the user gave the file.</summary>
    private static ApiKey? Key(ExperimentCell cell) => RemoteModel.IsRemote(cell.Config.Model) ? ApiKey.OfEnvironment() : null;

    private void TakeOver(RunFolder run, ExperimentSharing sharing)
    {
        foreach (var taken in sharing.TakeOver(run))
        {
            var build = taken.Commit == ProductVersion.Current.Commit ? "" : $", made by commit {taken.Commit}";
            if (taken.Count > 0) Terminal.Error.WriteLine(Invariant($"{taken.Count} {(taken.Count == 1 ? "stage" : "stages")} taken over from {taken.Folder}{build}"));
            if (taken.Refusal is { } refusal) Terminal.Error.WriteLine($"not taken over: {refusal}");
        }
    }

    private void Announce(Experiment experiment, string folder, ExperimentSharing sharing)
    {
        var (forecast, alone) = (Forecast.Of(experiment, MethodCatalog.Default, sharing), Forecast.Of(experiment, MethodCatalog.Default));
        var ended = experiment.Cells.Count(cell => cell.HasEnded(folder, MethodCatalog.Default));
        Terminal.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{experiment.Name}: {experiment.Cells.Count} runs ({ended} have ended); {forecast.Answers:#,0} answers, at most {forecast.MostTokens:#,0} tokens, {forecast.Trainings:#,0} trainings in all{(forecast == alone ? "" : $", beside {alone.Answers - forecast.Answers:#,0} answers and {alone.Trainings - forecast.Trainings:#,0} trainings that are taken over")}"));
        WriteTimeLeft(experiment, folder, sharing);
    }

    private void WriteTimeLeft(Experiment experiment, string folder, ExperimentSharing sharing)
    {
        if (TimeForecast.Of(experiment, folder, MethodCatalog.Default, sharing: sharing).Describe() is { } left) Terminal.Error.WriteLine(left);
    }

    private static async Task WriteAsync(Experiment experiment, string folder, CancellationToken cancellation)
    {
        var results = ExperimentResults.Read(experiment, folder, MethodCatalog.Default);
        await ExperimentTable.WriteAsync(results, folder, MethodCatalog.Default, cancellation).ConfigureAwait(false);
        AtomicFile.WriteText(Path.Combine(folder, "report.html"), ExperimentReport.Render(experiment, results, MethodCatalog.Default));
    }

    private void Show(ExperimentResults results, string folder, bool asJson)
    {
        if (asJson)
        {
            Terminal.WriteJson(results);
            return;
        }
        foreach (var group in results.Rows.GroupBy(row => (row.Model, row.Task)))
        {
            var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"{group.Key.Model}, {group.Key.Task}"));
            table.AddColumn("method");
            foreach (var header in (string[])["it.", "accuracy", "95 %", "tokens"]) table.AddColumn(new TableColumn(header).RightAligned().NoWrap());
            foreach (var row in group)
            {
                table.AddRow(
                    Markup.Escape(row.Method),
                    Invariant($"{row.Iteration}"),
                    row.AccuracyText,
                    row.IntervalText,
                    Invariant($"{row.GeneratedTokens:#,0}"));
            }
            Terminal.Results.Write(table);
        }
        foreach (var note in results.Notes) Terminal.Output.WriteLine(note);
        if (ExperimentOverview.Of(results, MethodCatalog.Default) is { } overview)
        {
            var table = new Table().Border(TableBorder.Simple).Title("accuracy, %, ± one standard error");
            table.AddColumn("method, iteration");
            foreach (var column in overview.Columns) table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
            foreach (var line in overview.Lines) table.AddRow([Markup.Escape(MethodTable.Title(line.Method, line.Iteration)), .. line.Cells]);
            Terminal.Results.Write(table);
        }
        foreach (var gain in results.Gains)
        {
            Terminal.Output.WriteLine(
                Invariant($"{MethodTable.Title(gain.Name, gain.Iteration)} over {MethodTable.Title(gain.Over, gain.OverIteration)}: ")
                + Invariant($"{100 * gain.Difference:+0.0;-0.0;0.0} points ± {100 * gain.StandardError:0.0}, {gain.Won} won, {gain.Lost} lost, p {gain.PValueText}"));
        }
        foreach (var name in (string[])["results.md", "results.csv", "results.json", "results.parquet", "report.html"]) Terminal.Output.WriteLine(Path.Combine(folder, name));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
