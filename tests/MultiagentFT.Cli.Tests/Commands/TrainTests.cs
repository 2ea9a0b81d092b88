using System.Text.Json;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runs.Training;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class TrainTests : IDisposable
{
    private static readonly string[] Options =
        ["--rank", "2", "--targets", "q,v", "--epochs", "3", "--batch-tokens", "64", "--seed", "7", "--threads", "1"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_adapter_is_trained_as_asked()
    {
        var (model, dataset, output) = Files("a.gguf");

        string[] command = ["train", "--model", model, "--dataset", dataset, "--output", output, .. Options, "--json"];
        var result = (await Mft.RunAsync(command)).Succeeded();

        var report = JsonSerializer.Deserialize<TrainingReport>(result.Output, JsonFormats.Indented)!;
        using var adapter = AdapterFile.Open(output);
        Assert.Equal(4, report.Examples);
        Assert.True(report.Steps >= 3, $"{report.Steps} steps");
        Assert.All(adapter.Pairs, pair => Assert.Equal(2, pair.Rank));
        Assert.Equal(4, adapter.Pairs.Count);
        Assert.True(File.Exists(_folder.File("a.json")));
    }

    /// <summary>A learning rate a thousand times too high trains without an error, to an adapter of no use.</summary>
    [Theory]
    [InlineData("1", true)]
    [InlineData("0.001", false)]
    public async Task A_loss_that_rises_many_times_over_is_told(string rate, bool isTold)
    {
        var dataset = _folder.File("sum.jsonl");
        File.WriteAllLines(dataset, Enumerable.Repeat(
            """{"messages":[{"role":"user","content":"What is 1+1*1+1-1*1? Work step by step and end with \\boxed{answer}."},{"role":"assistant","content":"1*1=1\n\\boxed{2}"}]}""", 8));

        var result = (await Mft.RunAsync(
            "train", "--dataset", dataset, "--output", _folder.File("a.gguf"), "--learning-rate", rate, "--warm-up", "0", "--schedule", "constant", "--epochs", "6")).Succeeded();

        Assert.Equal(isTold, result.Error.Contains("a.gguf: the loss rose from ", StringComparison.Ordinal));
    }

    /// <summary>OpenMP says what it has read when it was loaded; what the user has set stays.</summary>
    [Theory]
    [InlineData("OMP_DISPLAY_ENV", "verbose", "20000")]
    [InlineData("GOMP_SPINCOUNT", "7", "7")]
    public async Task Threads_of_libtorch_sleep_soon(string name, string value, string looks)
    {
        if (!OperatingSystem.IsLinux()) return;
        var (model, dataset, output) = Files("spin.gguf");

        var result = await MftProcess.RunAsync([("OMP_DISPLAY_ENV", "verbose"), (name, value)], "train", "--model", model, "--dataset", dataset, "--output", output, "--rank", "2", "--threads", "1");

        Assert.Contains($"GOMP_SPINCOUNT = '{looks}'", result.Succeeded().Error, StringComparison.Ordinal);
    }

    /// <summary>The trainer of a run is this program: its flags, its progress and its report are what the run expects.</summary>
    [Fact]
    public async Task A_run_trains_with_the_program_itself()
    {
        var (model, dataset, output) = Files("b.gguf");
        var job = JobOf("b.gguf");
        var steps = new Steps();

        var report = await new TrainerProcess(TrainerProgram.Current(), _folder.File("curves")).TrainAsync(job, steps, TestContext.Current.CancellationToken);
        var (_, _, other) = Files("c.gguf");
        (await Mft.RunAsync(["train", "--model", model, "--dataset", dataset, "--output", other, .. Options])).Succeeded();

        Assert.Equal(Enumerable.Range(1, report.Steps), steps.Seen.Select(step => step.Step));
        Assert.Equal(report.Tokens, steps.Seen[^1].Tokens);
        var curve = Directory.EnumerateFiles(_folder.File("curves"), "curve.jsonl", SearchOption.AllDirectories).Single();
        Assert.Equal("b", Path.GetFileName(Path.GetDirectoryName(curve)));
        Assert.Equal(steps.Seen, JsonLines.Read<TrainingProgress>(curve, JsonFormats.Line));
        using var left = AdapterFile.Open(output);
        using var right = AdapterFile.Open(other);
        foreach (var tensor in left.File.Tensors)
            Assert.Equal(left.File.Read(tensor), right.File.Read(right.File.RequireTensor(tensor.Name)));
    }

    [Fact]
    public async Task A_job_that_cannot_be_done_is_reported_to_the_run()
    {
        var (model, _, output) = Files("d.gguf");
        var job = new TrainingJob { Model = model, Dataset = _folder.File("none.jsonl"), Output = output };

        var error = await Assert.ThrowsAsync<InputException>(
            () => new TrainerProcess(TrainerProgram.Current()).TrainAsync(job, null, TestContext.Current.CancellationToken));

        Assert.Contains("none.jsonl: expected a JSON Lines file, found no such file", error.Message, StringComparison.Ordinal);
        Assert.Contains("code 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_file_takes_no_other_options()
    {
        var result = await Mft.RunAsync("train", "--job", "job.json", "--rank", "4");

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal("mft: options: expected --job without options of the job, found --rank", result.Error.Trim());
    }

    /// <summary>The trainer of a worker is this program, too: one process comes to the bytes of one for each.</summary>
    [Fact]
    public async Task A_worker_trains_with_one_process_of_the_program()
    {
        TrainingJob[] jobs = [.. "ab".Select(name => JobOf($"{name}.gguf")), JobOf("c.gguf") with { Dataset = _folder.File("none.jsonl") }];
        var steps = new Steps();
        await using var trainer = new ResidentTrainer(TrainerProgram.Current());

        var error = await Assert.ThrowsAsync<InputException>(() => trainer.TrainAsync(jobs[2], null, TestContext.Current.CancellationToken));
        var report = await trainer.TrainAsync(jobs[0], steps, TestContext.Current.CancellationToken);
        await trainer.TrainAsync(jobs[1], null, TestContext.Current.CancellationToken);
        Assert.Equal(1, trainer.Starts);

        var alone = JobOf("alone/a.gguf");
        Directory.CreateDirectory(Path.GetDirectoryName(alone.Output)!);
        await new TrainerProcess(TrainerProgram.Current()).TrainAsync(alone, null, TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(alone.Output), File.ReadAllBytes(jobs[0].Output));
        Assert.True(File.Exists(jobs[1].Output));
        Assert.Equal(Enumerable.Range(1, report.Steps), steps.Seen.Select(step => step.Step));
        Assert.StartsWith($"training of {jobs[2].Output}: {_folder.File("none.jsonl")}: expected a JSON Lines file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_follows_is_stopped_by_its_worker()
    {
        var job = JobOf("stopped.gguf");
        job = job with { Options = job.Options with { Epochs = 1000 } };
        using var stop = new CancellationTokenSource();
        await using var trainer = new ResidentTrainer(TrainerProgram.Current());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(job, new Stopper(stop), stop.Token));
        await trainer.TrainAsync(JobOf("next.gguf"), null, TestContext.Current.CancellationToken);

        Assert.Equal((1, false), (trainer.Starts, File.Exists(job.Output)));
    }

    [Theory]
    [InlineData("nonsense", "standard input: expected an order as JSON")]
    [InlineData("""{"job":1}""", "standard input: expected an order with either start or stop")]
    public async Task What_is_no_order_is_refused(string line, string expected)
    {
        var output = new StringWriter();
        var error = await Assert.ThrowsAsync<InputException>(() => new TrainFollower(new StringReader(line), output).RunAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task Following_takes_no_other_options()
    {
        var result = await Mft.RunAsync("train", "--follow", "--rank", "4");
        Assert.Equal((ExitCode.BadInput, "mft: options: expected --follow without others, as jobs come by standard input, found --rank"), (result.Code, result.Error.Trim()));
    }

    private TrainingJob JobOf(string output)
    {
        var (model, dataset, path) = Files(output);
        return new TrainingJob
        {
            Model = model,
            Dataset = dataset,
            Output = path,
            Seed = 7,
            Options = new TrainingOptions { Rank = 2, Targets = ["q", "v"], Epochs = 3, BatchTokens = 64, Threads = 1 },
        };
    }

    private (string Model, string Dataset, string Output) Files(string output)
    {
        var dataset = _folder.File("data.jsonl");
        File.WriteAllLines(dataset, Enumerable.Range(1, 4).Select(number =>
            $$"""{"messages":[{"role":"user","content":"What is {{number}}?"},{"role":"assistant","content":"\\boxed{{{number}}}"}]}"""));
        return (TinyModel.Write(_folder.File("model.gguf")), dataset, _folder.File(output));
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => stop.Cancel();
    }

    private sealed class Steps : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public void Report(TrainingProgress value) => Seen.Add(value);
    }
}
