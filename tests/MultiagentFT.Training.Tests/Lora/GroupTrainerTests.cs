using System.Collections.Concurrent;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;

namespace MultiagentFT.Training.Tests.Lora;

/// <summary>Agents that are trained in one process come to the bytes of agents trained one by one.</summary>
public sealed class GroupTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public GroupTrainerTests() => _model = TinyModel.Write(_folder.File("model.gguf"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 0, Kept.Auto)]
    [InlineData(3, 0, Kept.Auto)]
    [InlineData(2, 0, Kept.Nothing)]
    [InlineData(3, 0.2, Kept.Auto)] // random numbers: they take turns
    public void EachComesToWhatItComesToAlone(int sideBySide, double dropout, Kept keep)
    {
        TrainingJob[] alone = [.. Enumerable.Range(0, 4).Select(i => Job(i, $"alone-{i}.gguf", dropout, keep))];
        foreach (var job in alone) new LoraTrainer(job).Run(null, default);
        TrainingJob[] together = [.. Enumerable.Range(0, 4).Select(i => Job(i, $"together-{i}.gguf", dropout, keep))];
        var reports = new ConcurrentDictionary<int, TrainingReport>();
        var steps = new ConcurrentBag<(int Job, int Step)>();

        var failures = new GroupTrainer(together, sideBySide) { OnTrained = (i, report) => reports[i] = report, OnProgress = (i, step) => steps.Add((i, step.Step)) }.Run(default);

        Assert.Equal(0, failures);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Bytes(alone[i]), Bytes(together[i]));
            Assert.Equal(Enumerable.Range(1, reports[i].Steps), steps.Where(step => step.Job == i).Select(step => step.Step).Order());
        }
        Assert.NotEqual(Bytes(together[0]), Bytes(together[1]));
    }

    [Fact]
    public void OneAgentsBadDataFailsItAlone()
    {
        TrainingJob[] jobs = [.. Enumerable.Range(0, 3).Select(i => Job(i, $"a-{i}.gguf", 0, Kept.Auto))];
        File.WriteAllText(jobs[1].Dataset, "{\"messages\": []}\n");
        var failed = new List<(int Job, string Reason)>();

        var failures = new GroupTrainer(jobs) { OnFailed = (i, error) => failed.Add((i, error.Message)) }.Run(default);

        Assert.Equal(1, failures);
        var (job, reason) = Assert.Single(failed);
        Assert.Equal(1, job);
        Assert.StartsWith($"{jobs[1].Dataset}: line 1: ", reason, StringComparison.Ordinal);
        Assert.Equal([true, false, true], jobs.Select(one => File.Exists(one.Output)));
    }

    [Fact]
    public void JobsOfSeveralModelsOrOneOutputAreRefused()
    {
        var job = Job(0, "a.gguf", 0, Kept.Auto);
        var other = TinyModel.Write(_folder.File("other.gguf"), new TinyModelOptions { Seed = 2 });
        Assert.Contains("expected one model, found 2", Assert.Throws<InputException>(() => new GroupTrainer([job, job with { Model = other, Output = _folder.File("b.gguf") }]).Run(default)).Message, StringComparison.Ordinal);
        Assert.Contains("found 1 paths for 2 jobs", Assert.Throws<InputException>(() => new GroupTrainer([job, job]).Run(default)).Message, StringComparison.Ordinal);
    }

    /// <summary>Killed after any step, a training continues with the steps that were done and ends with the same bytes.</summary>
    [Theory]
    [InlineData("supervised", 0)]
    [InlineData("supervised", 0.3)]
    [InlineData("dpo", 0)]
    public void AnInterruptedTrainingEndsWithTheSameBytes(string objective, double dropout)
    {
        var whole = Job(1, "whole.gguf", dropout, Kept.Auto, objective);
        var all = new LoraTrainer(whole).Run(null, default);
        Assert.True(all.Steps >= 6, $"{all.Steps} steps");
        var job = Job(1, "parts.gguf", dropout, Kept.Auto, objective);
        var taken = new List<int>();
        foreach (var stopAt in (int[])[1, 4, all.Steps - 1])
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Trainer().Run(new Steps(step =>
            {
                taken.Add(step);
                if (step == stopAt) stop.Cancel();
            }), stop.Token));
            Assert.False(File.Exists(job.Output));
            Assert.True(File.Exists(job.Output + ".checkpoint"));
        }

        var report = Trainer().Run(new Steps(taken.Add), default);

        Assert.Equal(Enumerable.Range(1, all.Steps), taken);
        Assert.Equal(Bytes(whole), Bytes(job));
        Assert.Equal((all.FirstLoss, all.LastLoss, all.Tokens, all.Steps), (report.FirstLoss, report.LastLoss, report.Tokens, report.Steps));
        Assert.False(File.Exists(job.Output + ".checkpoint"));

        LoraTrainer Trainer() => new(job) { CheckpointInterval = TimeSpan.Zero };
    }

    [Fact]
    public void ACheckpointOfAnotherJobIsLeftAloneAndADamagedOneRefused()
    {
        var job = Job(1, "a.gguf", 0, Kept.Auto);
        Interrupt(job);
        var checkpoint = job.Output + ".checkpoint";
        // Another learning rate is another job: it begins with its first step.
        var taken = new List<int>();
        new LoraTrainer(job with { Options = job.Options with { LearningRate = 2e-2 } }).Run(new Steps(taken.Add), default);
        Assert.Equal(1, taken[0]);
        Interrupt(job);
        var bytes = File.ReadAllBytes(checkpoint);
        File.WriteAllBytes(checkpoint, bytes[..(bytes.Length / 2)]);
        var error = Assert.Throws<InputException>(() => new LoraTrainer(job).Run(null, default));
        Assert.StartsWith($"{checkpoint}: expected a whole checkpoint of this training", error.Message, StringComparison.Ordinal);

    }

    /// <summary>The last bits may depend on the number of threads.</summary>
    [Fact]
    public void ATrainingContinuesWithAsManyThreadsAsItBeganWith()
    {
        var job = Job(1, "a.gguf", 0, Kept.Auto);
        job = job with { Options = job.Options with { Threads = 0 } };
        Interrupt(job, cores: 3);

        var report = new LoraTrainer(job) { CountCores = () => 2 }.Run(null, default);
        var anew = new LoraTrainer(job) { CountCores = () => 2 }.Run(null, default);

        Assert.Equal((3, 2), (report.Threads, anew.Threads));
    }

    /// <summary>After two steps, of which it writes a checkpoint.</summary>
    private static void Interrupt(TrainingJob job, int cores = 1)
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            new LoraTrainer(job) { CheckpointInterval = TimeSpan.Zero, CountCores = () => cores }.Run(new Steps(step =>
            {
                if (step == 2) stop.Cancel();
            }), stop.Token));
    }

    private TrainingJob Job(int agent, string output, double dropout, Kept keep, string objective = "supervised")
    {
        var dataset = _folder.File($"data-{output}-{agent}.jsonl");
        if (objective == "dpo")
        {
            PreferenceFile.Write(dataset, Enumerable.Range(0, 8).Select(i => new PreferencePair(
                [ChatMessage.User($"What is {i}?")], [ChatMessage.Assistant($"It is {i}.")], [ChatMessage.Assistant("No idea, sorry!")])));
        }
        else
        {
            DatasetFile.Write(dataset, [.. Enumerable.Range(0, 16 + agent).Select(i => new ChatExample(
                [ChatMessage.User($"What is {i}?"), ChatMessage.Assistant($"It is {(i * agent) % 7}.")]))]);
        }
        return new TrainingJob
        {
            Model = _model,
            Dataset = dataset,
            Output = _folder.File(output),
            Seed = 5 + (ulong)agent,
            Options = new TrainingOptions
            {
                Objective = objective,
                Keep = keep,
                Dropout = (float)dropout,
                Rank = 4,
                Alpha = 8,
                Epochs = 2,
                LearningRate = 1e-2,
                BatchTokens = 200,
                Threads = 1,
            },
        };
    }

    private static byte[] Bytes(TrainingJob job)
    {
        using var adapter = Gguf.AdapterFile.Open(job.Output);
        return [.. adapter.Pairs.SelectMany(pair => (byte[])[.. adapter.File.Read(pair.A), .. adapter.File.Read(pair.B)])];
    }

    private sealed class Steps(Action<int> taken) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => taken(value.Step);
    }
}
