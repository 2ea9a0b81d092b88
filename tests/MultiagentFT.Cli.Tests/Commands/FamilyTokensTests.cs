using System.Text;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runtimes;
using MultiagentFT.Serving;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary>How long the families are in the embedded model's tokens, which were learned from arithmetic alone.</summary>
public sealed class FamilyTokensTests : IDisposable
{
    private readonly IModelRuntime _runtime = ModelRuntimes.Open(EmbeddedModel.Path, new LlamaRuntimeOptions { VocabularyOnly = true });

    [Theory]
    [InlineData(TaskCatalog.WordProblems, 72, 130)]
    [InlineData(TaskCatalog.Symbolic, 18, 24)]
    public void QuestionsAreShort(string family, int mean, int most)
    {
        var problems = TaskCatalog.Open(family).Draw(Split.Evaluation, 2_000, new Seed(1));
        var lengths = problems.Select(problem => Tokens(problem.Question).Length).ToList();

        Assert.InRange(lengths.Average(), 0, mean);
        Assert.InRange(lengths.Max(), 0, most);
        Assert.All(problems.Take(200), problem => Assert.Equal(
            problem.Question, Encoding.UTF8.GetString([.. Tokens(problem.Question).SelectMany(token => _runtime.Tokenizer.Piece(token).ToArray())])));
    }

    [Fact]
    public void ConversationsFitIntoTheContextWithRoomForLongerOnes()
    {
        var encoder = new ConversationEncoder(_runtime.Tokenizer, _runtime.ChatTemplate);
        var corpus = new MixedCorpus(new PromptSet(), CorpusMix.Families with { WordProblems = 0.5, Symbolic = 0.5 }, new Seed(1));
        var (lengths, answers) = (new List<int>(), new List<int>());
        for (var i = 0; i < 3_000; i++)
        {
            var conversation = corpus.Next();
            lengths.Add(encoder.Encode(conversation.Example, LossTarget.LastTurn).TotalTokens);
            var answer = conversation.Example.Messages[^1].Content;
            if (answer.Contains("boxed", StringComparison.Ordinal)) answers.Add(Tokens(answer).Length + 1);
        }

        Assert.InRange(lengths.Average(), 0, 180);
        Assert.InRange(lengths.Max(), 0, 560);
        Assert.InRange(answers.Average(), 0, 60);
        Assert.InRange(answers.Max(), 0, new RunConfig().Debate.MaxNewTokens);
    }

    public void Dispose() => _runtime.Dispose();

    private int[] Tokens(string text) => _runtime.Tokenizer.Tokenize(text, addSpecial: false, parseSpecial: false);
}
