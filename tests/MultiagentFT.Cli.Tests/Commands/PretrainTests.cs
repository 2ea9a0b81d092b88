using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class PretrainTests
{
    /// <summary>The merges come from the corpus itself: another stream of conversations would be another model's.</summary>
    [Fact]
    public void The_embedded_model_has_the_vocabulary_of_the_recipe()
    {
        using var model = ModelFile.Open(EmbeddedModel.Path);

        var learned = Vocabulary.Learn(new PromptSet(), CorpusMix.Careless, new PretrainOptions().Merges);

        Assert.Equal(model.File.Metadata.RequireStringArray(Vocabulary.TokensKey), learned.Tokens);
    }

    [Fact]
    public async Task An_unknown_corpus_is_refused() => Assert.Contains(
        "corpus: expected careless, columns, families, found web", (await Mft.RunAsync("pretrain", "--output", "none.gguf", "--corpus", "web")).Error, StringComparison.Ordinal);
}
