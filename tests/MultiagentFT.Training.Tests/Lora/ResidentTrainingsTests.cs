using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;

namespace MultiagentFT.Training.Tests.Lora;

/// <summary>Trainings that come one by one to one process come to the bytes of trainings that have one each.</summary>
public sealed class ResidentTrainingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ResidentTrainingsTests() => _model = TinyModel.Write(_folder.File("model.gguf"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachComesToWhatItComesToAlone()
    {
        // An adapter's file has its own name in it.
        foreach (var folder in (string[])["alone", "together"]) Directory.CreateDirectory(_folder.File(folder));
        float[] dropouts = [0, 0.2f, 0, 0.2f];
        TrainingJob[] alone = [.. dropouts.Select((dropout, i) => Job(i, $"alone/{i}.gguf", dropout))];
        foreach (var job in alone) new LoraTrainer(job).Run(null, default);
        TrainingJob[] together = [.. dropouts.Select((dropout, i) => Job(i, $"together/{i}.gguf", dropout))];

        using (var trainings = new ResidentTrainings())
        {
            // Side by side: those that draw random numbers wait for the others, and the others for them.
            var threads = together.Select(job => new Thread(() => trainings.Train(job, null, null, default))).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
        }

        for (var i = 0; i < alone.Length; i++) Assert.Equal(File.ReadAllBytes(alone[i].Output), File.ReadAllBytes(together[i].Output));
    }

    [Fact]
    public void ABaseIsLoadedOnceAndGoesWithTheLastLeaseOfAnother()
    {
        var other = TinyModel.Write(_folder.File("other.gguf"), new TinyModelOptions { Seed = 2 });
        using var bases = new SharedBases();
        var first = bases.Open(_model);
        var second = bases.Open(_model);
        Assert.Same(first.Base, second.Base);
        first.Dispose();
        first.Dispose();
        second.Dispose();
        // Nobody uses it, but it was the last one.
        Assert.Equal(1, bases.Count);
        using (var again = bases.Open(_model)) Assert.Same(first.Base, again.Base);

        var used = bases.Open(_model);
        using (bases.Open(other)) Assert.Equal(2, bases.Count);
        used.Dispose();
        Assert.Equal(1, bases.Count);
        using (bases.Open(_model)) Assert.Equal(1, bases.Count);
    }

    [Fact]
    public void AFileThatHasChangedIsLoadedAnew()
    {
        using var bases = new SharedBases();
        SharedBase before;
        using (var lease = bases.Open(_model)) before = lease.Base;
        File.Delete(_model);
        TinyModel.Write(_model, new TinyModelOptions { Seed = 3 });
        File.SetLastWriteTimeUtc(_model, DateTime.UnixEpoch.AddDays(1));

        using var after = bases.Open(_model);

        Assert.NotSame(before, after.Base);
        Assert.Equal(1, bases.Count);
    }

    [Fact]
    public void WhatCannotBeTrainedFailsAlone()
    {
        using var trainings = new ResidentTrainings();
        var bad = Job(0, "bad.gguf", 0) with { Model = _folder.File("none.gguf") };
        Assert.Contains("none.gguf", Assert.Throws<InputException>(() => trainings.Train(bad, null, null, default)).Message, StringComparison.Ordinal);

        trainings.Train(Job(1, "good.gguf", 0), null, null, default);

        Assert.True(File.Exists(_folder.File("good.gguf")));
    }

    private TrainingJob Job(int index, string output, float dropout)
    {
        var dataset = _folder.File($"data-{index}.jsonl");
        DatasetFile.Write(dataset, [.. Enumerable.Range(1, 6).Select(number => new ChatExample(
            [ChatMessage.User($"What is {number}?"), ChatMessage.Assistant($"It is {number + index}.")]))]);
        return new TrainingJob
        {
            Model = _model,
            Dataset = dataset,
            Output = _folder.File(output),
            Seed = (ulong)index + 7,
            Options = new TrainingOptions { Rank = 2, Targets = ["q", "v"], Epochs = 2, BatchTokens = 64, Threads = 1, Dropout = dropout },
        };
    }
}
