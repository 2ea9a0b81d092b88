using System.Text.Json;
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

    /// <summary>Its first tokens are the embedded model's, whose vocabulary has grown by the words of the other families.</summary>
    [Fact]
    public void The_model_of_all_families_has_the_vocabulary_of_its_recipe()
    {
        using var model = ModelFile.Open(EmbeddedModel.Or("families-3m"));

        var grown = Vocabulary.Learn(new PromptSet(), CorpusMix.Careless, new PretrainOptions().Merges).Extended(new PromptSet(), CorpusMix.Families, 400);

        Assert.Equal(model.File.Metadata.RequireStringArray(Vocabulary.TokensKey), grown.Tokens);
    }

    [Theory]
    [InlineData("word-problems", 40)]
    [InlineData("symbolic", 25)]
    public async Task The_model_of_all_families_solves_problems_of_its_families(string task, double leastPercent)
    {
        var result = await Mft.RunAsync("eval", "--model", "families-3m", "--task", task, "--method", "greedy", "--split", "development", "--problems", "60", "--json");

        Assert.Equal(ExitCode.Success, result.Code);
        Assert.InRange(100 * JsonDocument.Parse(result.Output).RootElement.GetProperty("accuracy").GetDouble(), leastPercent, 95);
    }

    [Fact]
    public async Task An_unknown_corpus_is_refused() => Assert.Contains(
        "corpus: expected careless, columns, families, found web", (await Mft.RunAsync("pretrain", "--output", "none.gguf", "--corpus", "web")).Error, StringComparison.Ordinal);
}
