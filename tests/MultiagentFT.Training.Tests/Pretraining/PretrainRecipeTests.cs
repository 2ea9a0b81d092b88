using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed class PretrainRecipeTests
{
    [Fact]
    public void ATinyRecipeLearnsRepeatsAndServes()
    {
        using var folder = new TemporaryFolder();
        var options = new PretrainOptions
        {
            Embedding = 64,
            Blocks = 1,
            Heads = 4,
            KeyValueHeads = 2,
            FeedForward = 128,
            MillionTokens = 0.12,
            BatchTokens = 1024,
            LearningRate = 1e-2,
            Threads = 1,
        };
        var reports = new List<PretrainProgress>();
        PretrainRecipe.Run(options, folder.File("a.gguf"), "tiny", new Recorder(reports), default);
        PretrainRecipe.Run(options, folder.File("b.gguf"), "tiny", null, default);

        Assert.Equal(File.ReadAllBytes(folder.File("a.gguf")), File.ReadAllBytes(folder.File("b.gguf")));
        Assert.True(reports[^1].Loss < 0.8 * reports[0].Loss, $"loss from {reports[0].Loss} to {reports[^1].Loss}");
        using var runtime = ModelRuntimes.Open(folder.File("a.gguf"));
        Assert.Equal("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", runtime.ChatTemplate.Render([ChatMessage.User("hi")], true));
        // One token for each digit, none for two.
        Assert.Equal(7, runtime.Tokenizer.Tokenize("4+23*61", addSpecial: false, parseSpecial: false).Length);
        using var model = ModelFile.Open(folder.File("a.gguf"));
        Assert.Equal(TensorType.Q8_0, model.File.RequireTensor("blk.0.attn_q.weight").Type);
    }

    [Fact]
    public void OptionsOutOfRangeAreAllNamed()
    {
        var error = Assert.Throws<InputException>(() => PretrainRecipe.Run(
            new PretrainOptions { Embedding = 33, MillionTokens = 0 }, "x.gguf", "x", null, default));
        Assert.Contains("embedding", error.Message, StringComparison.Ordinal);
        Assert.Contains("millionTokens", error.Message, StringComparison.Ordinal);
    }

    private sealed class Recorder(List<PretrainProgress> reports) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value) => reports.Add(value);
    }
}
