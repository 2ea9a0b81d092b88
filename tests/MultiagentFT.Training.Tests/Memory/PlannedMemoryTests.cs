using System.Globalization;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Memory;
using MultiagentFT.Training.Torch;

namespace MultiagentFT.Training.Tests.Memory;

/// <summary>What a training takes of tensors is what was planned, whichever part of a model is the largest. Alone in the process: other tests' tensors would count.</summary>
[CollectionDefinition(nameof(PlannedMemoryTests), DisableParallelization = true)]
[Collection(nameof(PlannedMemoryTests))]
public sealed class PlannedMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Kept.Nothing, 256, 4096, 4, 128)] // wide in the middle
    [InlineData(Kept.Nothing, 1024, 512, 4, 128)] // wide outside
    [InlineData(Kept.Nothing, 256, 512, 16, 480)] // much attention
    [InlineData(Kept.Weights, 256, 2048, 8, 256)]
    [InlineData(Kept.Activations, 256, 4096, 4, 128)]
    [InlineData(Kept.Activations, 1024, 512, 4, 128)]
    [InlineData(Kept.Activations, 256, 512, 16, 480)]
    [InlineData(Kept.Nothing, 256, 4096, 4, 128, 2)]
    [InlineData(Kept.Nothing, 1024, 512, 4, 128, 1)]
    [InlineData(Kept.Nothing, 256, 512, 16, 480, 1)]
    [InlineData(Kept.Weights, 256, 2048, 8, 256, 2)]
    [InlineData(Kept.Nothing, 256, 4096, 4, 128, 0, "qwen3")] // autograd's
    [InlineData(Kept.Activations, 1024, 512, 4, 128, 0, "qwen3")]
    [InlineData(Kept.Nothing, 256, 512, 16, 480, 1, "qwen3")]
    public void TensorsTakeWhatWasPlanned(Kept keep, int embedding, int feedForward, int heads, int length, int keptBlocks = 0, string architecture = "llama")
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "measured in a pool that other systems do not have");
        TorchLibrary.EnsureLoaded();
        Assert.True(TensorMemory.EnsureUsed());
        const int Sequences = 4;
        var options = new TrainingOptions { BatchTokens = Sequences * length, Keep = keep, Threads = 2, MaxLength = length };
        var job = new TrainingJob
        {
            Model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions
            {
                Architecture = architecture,
                TensorType = TensorType.Q4_0,
                EmbeddingLength = embedding,
                FeedForwardLength = feedForward,
                Blocks = 3,
                Heads = heads,
                KeyValueHeads = heads / 4,
            }),
            Dataset = _folder.File("data.jsonl"),
            Output = _folder.File("a.gguf"),
            Seed = 1,
            Options = options,
        };
        // Two steps: the second has the optimizer's moments from the beginning.
        DatasetFile.Write(job.Dataset, [.. Enumerable.Repeat(new ChatExample(
            [ChatMessage.User(new string('q', length / 2)), ChatMessage.Assistant(new string('a', (length / 2) - 30))]), 2 * Sequences)]);
        if (keptBlocks > 0) job = job with { Options = options with { Memory = MemoryFor(job, length, keptBlocks) } };
        TrainingPlan? plan = null;
        TensorMemory.Trim();
        var before = TensorMemory.Counts.Used;
        TensorMemory.ResetPeak();

        new LoraTrainer(job) { OnPlanned = made => plan = made }.Run(null, default);

        var counts = TensorMemory.Counts;
        double planned = plan!.Resident - plan.Process;
        Assert.Equal(keep, plan.Keep);
        if (keep != Kept.Activations) Assert.Equal(keptBlocks, plan.KeptBlocks);
        TestContext.Current.TestOutputHelper!.WriteLine($"{(counts.Peak - before) / planned}");
        Assert.InRange((counts.Peak - before) / planned, 0.85, 1);
        // With the holes between them.
        Assert.True((counts.Resident - before) / planned <= 1.05, $"{counts} of {plan}");
        Assert.Equal(before, counts.Used);
    }

    /// <summary>Enough for so many blocks, and not for another.</summary>
    private static string MemoryFor(TrainingJob job, int length, int keptBlocks)
    {
        using var model = ModelFile.Open(job.Model);
        var plan = new TrainingDemand(model, job.Options).Plan(job.Options.Keep, job.Options.BatchTokens, length, keptBlocks);
        return string.Create(CultureInfo.InvariantCulture, $"{(plan.Total >> 10) + 1}KiB");
    }
}
