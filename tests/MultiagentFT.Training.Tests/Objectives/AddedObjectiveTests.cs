using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Training.Tests.Objectives;

/// <summary>An objective of another assembly is trained like those of the trainer's own.</summary>
public sealed class AddedObjectiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingJob _job;
    private readonly ObjectiveCatalog _objectives = ObjectiveCatalog.Default.With(DistanceObjective.Entry);

    public AddedObjectiveTests()
    {
        _job = new TrainingJob
        {
            Model = TinyModel.Write(_folder.File("model.gguf")),
            Dataset = _folder.File("pairs.txt"),
            Output = _folder.File("adapter.gguf"),
            Seed = 1,
            Options = new TrainingOptions { Objective = "distance", Rank = 2, Epochs = 20, LearningRate = 1e-2, MaxLength = 8, BFloat16 = false, Threads = 1 },
        };
        File.WriteAllLines(_job.Dataset, ["one|two", "three|four", "five|six", "a line too long|x"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItsLossFallsAndItsExamplesAreCounted()
    {
        var report = new LoraTrainer(_job, _objectives).Run(null, default);
        Assert.True(report.LastLoss < 0.1 * report.FirstLoss, $"loss from {report.FirstLoss} to {report.LastLoss}");
        Assert.Equal((3, 1), (report.Examples, report.Skipped));
        Assert.Equal((20 * 22, 20 * 3), (report.Tokens, report.TargetTokens));
        using var adapter = AdapterFile.Open(_job.Output);
    }

    [Fact]
    public void ItsDatasetIsItsOwn()
    {
        File.WriteAllText(_job.Dataset, "one|two\nthree\n");
        var error = Assert.Throws<InputException>(() => new LoraTrainer(_job, _objectives).Run(null, default));
        Assert.Equal($"{_job.Dataset}: line 2: expected left|right, found three", error.Message);
    }

    [Fact]
    public void WithoutItsCatalogItIsUnknown()
    {
        var error = Assert.Throws<InputException>(() => new LoraTrainer(_job).Run(null, default));
        Assert.Equal("training option objective: expected supervised, dpo, dpo-norm, kto, found distance", error.Message);
    }
}
