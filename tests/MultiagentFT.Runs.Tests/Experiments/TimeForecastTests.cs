using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Experiments;

/// <summary>Each run: 5 greedy answers; debates of 4 answers and 2 summaries over 6 problems to learn from and 5 to measure: 71 answers; 4 trainings.</summary>
public sealed class TimeForecastTests : IDisposable
{
    private const int Answers = 5 + (11 * 6);

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task NothingIsKnownBeforeARunOfTheModelHasEnded()
    {
        var experiment = Experiment("a", "a");
        var before = Of(experiment);
        await RunAsync(Experiment("b").Cells[0] with { Config = Config() with { Model = _files.Write("b.gguf", "weights") } }, 10, 20);
        var other = Of(experiment);

        Assert.Equal((2, 0, 0.0), (before.Left, before.Known, before.Seconds));
        Assert.Equal("time of the 2 runs left: not known yet, as none of the same model has ended in this folder on this machine", before.Describe());
        Assert.Equal(before.Describe(), other.Describe());
    }

    [Fact]
    public async Task RunsOfTheSameModelAndTaskTellWhatIsLeft()
    {
        var experiment = Experiment("a", "a", "a", "a");
        await RunAsync(experiment.Cells[0], 100, 200);
        await RunAsync(experiment.Cells[1], 300, 400);

        var two = Of(experiment);
        await RunAsync(experiment.Cells[2], 200, 300);
        await RunAsync(experiment.Cells[3], 200, 300);

        Assert.Equal((2, 2), (two.Left, two.Known));
        Assert.Equal(2 * (200 + 300), two.Seconds, 9);
        Assert.Equal("time of the 2 runs left: about 17 min, as 2 runs of the same model and task took it", two.Describe());
        Assert.Null(Of(experiment).Describe());
    }

    [Fact]
    public async Task OtherTasksOfTheModelTellAsWellAndOtherSettingsAreScaled()
    {
        var experiment = Experiment("a", "a-on-b");
        await RunAsync(experiment.Cells[0], Answers, 48);
        // Twice the problems to learn from and three epochs in place of the default.
        var larger = experiment.Cells[1] with { Config = experiment.Cells[1].Config with { TrainingProblems = 12, Training = new() { Epochs = 3 * experiment.Cells[0].Config.Training.Epochs } } };
        experiment = new Experiment("x", [experiment.Cells[0], larger]);

        var forecast = Of(experiment);

        Assert.Equal((5 + (17 * 6)) + (6 * 48), forecast.Seconds, 9);
        Assert.Equal("time of the 1 run left: about 7 min, as 1 run of the same model on another task took it", forecast.Describe());
    }

    /// <summary>One society, measured on 5 debates in the run that has ended, and on 2 in the one that has not.</summary>
    [Fact]
    public async Task MeasuringDiversityTakesTimeToo()
    {
        var experiment = Experiment("a", "a");
        await RunAsync(experiment.Cells[0], 100, 200);
        Seconds(new RunLayout(_files.At("out/toy/a/seed-1")), "multiagent-ft-1-diversity", 50);
        experiment = experiment with { Cells = [experiment.Cells[0], experiment.Cells[1] with { Config = experiment.Cells[1].Config with { DiversityProblems = 2 } }] };

        Assert.Equal(100 + 200 + 20, Of(experiment).Seconds, 9);
    }

    [Fact]
    public async Task RunsOutsideOfTheExperimentTellWhereNoneOfItHasEndedAndABegunOneTakesLess()
    {
        var experiment = Experiment("a", "b");
        await RunAsync(new ExperimentCell("earlier", "run", experiment.Cells[0].Config), 3600 * Answers / 10.0, 0);
        var layout = new RunLayout(_files.At("out/toy/b/seed-2"));
        Directory.CreateDirectory(Path.GetDirectoryName(layout.Config)!);
        Seconds(layout, "greedy-0-evaluation", 3600);

        var forecast = Of(experiment);

        Assert.Equal((2, 2), (forecast.Left, forecast.Known));
        Assert.Equal((2 * 3600 * Answers / 10.0) - 3600, forecast.Seconds, 6);
        Assert.Equal("time of the 2 runs left: about 13.2 hours, as 1 run of the same model outside of the experiment took it", forecast.Describe());
    }

    [Fact]
    public async Task RunsThatStagesAreTakenFromTellToo()
    {
        var experiment = Experiment("a", "b");
        // The model of another build's folder is the same file; one of another length is another model.
        Directory.CreateDirectory(_files.At("elsewhere/longer"));
        var config = Config() with { Seed = 7 };
        await RunAsync(new ExperimentCell("earlier", "run", config with { Model = _files.Write("elsewhere/toy.gguf", "weights") }), 100, 200, "other");
        await RunAsync(new ExperimentCell("earlier", "longer", config with { Model = _files.Write("elsewhere/longer/toy.gguf", "more weights") }), 1000, 2000, "other");
        var sharing = new ExperimentSharing(experiment, _files.At("out"), [_files.At("other")], MethodCatalog.Default);

        var forecast = TimeForecast.Of(experiment, _files.At("out"), MethodCatalog.Default, sharing: sharing);

        Assert.Equal((2, 2), (forecast.Left, forecast.Known));
        Assert.Equal(2 * (100 + 200), forecast.Seconds, 9);
        Assert.Equal(0, Of(experiment).Known);
        Assert.Empty(SampleRun.Wanted(experiment, _files.At("out"), MethodCatalog.Default, sharing));
        Assert.NotEmpty(SampleRun.Wanted(experiment, _files.At("out"), MethodCatalog.Default));
    }

    [Fact]
    public void SamplesOfOtherSizesLieBesideEachOther()
    {
        var cell = Experiment("a").Cells[0];

        Assert.Equal(Path.Combine("samples", "toy", "arithmetic-16"), SampleRun.Folder(cell, 16));
        Assert.Equal(Path.Combine("samples", "toy", "arithmetic-32"), SampleRun.Folder(cell, 32));
    }

    [Fact]
    public async Task RunsOnAnotherMachineAndBrokenOnesTellNothing()
    {
        var experiment = Experiment("a", "a");
        await RunAsync(experiment.Cells[0], 100, 200);
        var here = Machine.Current();

        Assert.Equal(1, TimeForecast.Of(experiment, _files.At("out"), MethodCatalog.Default, here).Known);
        Assert.Equal(0, TimeForecast.Of(experiment, _files.At("out"), MethodCatalog.Default, here with { Cores = here.Cores + 1 }).Known);
        File.WriteAllText(_files.At("out/toy/a/seed-1/config.json"), "{");
        Assert.Equal(0, Of(experiment).Known);
    }

    private TimeForecast Of(Experiment experiment) => TimeForecast.Of(experiment, _files.At("out"), MethodCatalog.Default);

    private RunConfig Config() => ToyRun.Small(_files) with { Methods = ["greedy", "multiagent-ft"], Iterations = 1 };

    /// <summary>Seeds from 1 of tasks of these names.</summary>
    private Experiment Experiment(params string[] tasks) => new("x", [.. tasks.Select((task, index) => new ExperimentCell("toy", task, Config() with { Seed = (ulong)index + 1 }))]);

    /// <summary>A run whose stages have taken so long.</summary>
    private async Task RunAsync(ExperimentCell cell, double answering, double training, string root = "out")
    {
        var folder = _files.At($"{root}/{cell.Model}/{cell.Task}/seed-{cell.Seed}");
        await ToyRun.RunAsync(folder, cell.Config);
        var layout = new RunLayout(folder);
        Seconds(layout, "greedy-0-evaluation", answering / 4);
        Seconds(layout, "multiagent-ft-1-training", answering / 2);
        Seconds(layout, "multiagent-ft-1-evaluation", answering / 4);
        Seconds(layout, "multiagent-ft-1-finetuning", training);
    }

    private static void Seconds(RunLayout layout, string stage, double seconds) => JsonFile.Write(Path.Combine(layout.Root, "stages", stage + ".json"), new { Seconds = seconds });
}
