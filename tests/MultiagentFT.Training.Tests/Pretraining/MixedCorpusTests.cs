using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tests.Tasks.Symbolic;
using MultiagentFT.Debate.Tests.Tasks.Words;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed partial class MixedCorpusTests
{
    private static readonly PromptSet Prompts = new();

    private static IEnumerable<string[]> Texts(ICorpus corpus) => Enumerable.Range(0, int.MaxValue).Select(_ => corpus.Next().Example.Messages.Select(message => message.Content).ToArray());

    /// <summary>The question of a conversation's first turn.</summary>
    private static string Question(string[] texts) => texts[0].Split(texts[0].Contains(" Agents answered:\n", StringComparison.Ordinal) ? " Agents answered:\n" : " Work step by step")[0];

    private static bool IsArithmetic(string[] texts) => Arithmetic().IsMatch(Question(texts));

    private static bool IsWords(string[] texts) => texts[0].Contains("How many has", StringComparison.Ordinal);

    [Theory]
    [InlineData("careless", "9489885e60dcb34dd76d7cf56ae32574")]
    [InlineData("columns", "cdc3f31bb4d88a1def893a5c468005dc")]
    public void TheEmbeddedModelsCorporaAreWhatTheyWere(string name, string sha256)
    {
        var texts = Texts(new MixedCorpus(Prompts, CorpusMix.Named[name], new Seed(1))).Take(500).Select(texts => string.Join('\u241e', texts));

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u241d', texts))))[..32]);
    }

    [Fact]
    public void HalfIsTheColumnsCorpusWordByWordAndAQuarterEachOfTheOthers()
    {
        var mixed = Texts(new MixedCorpus(Prompts, CorpusMix.Families, new Seed(5))).Take(4_000).ToList();

        var arithmetic = mixed.Where(IsArithmetic).ToList();

        Assert.InRange(arithmetic.Count, 1_880, 2_120);
        Assert.InRange(mixed.Count(IsWords), 900, 1_100);
        Assert.Equal(Texts(new ArithmeticCorpus(Prompts, CorpusMix.Columns, new Seed(5))).Take(arithmetic.Count), arithmetic);
    }

    [Fact]
    public void TheSameSeedGivesTheSameStream() => Assert.Equal(
        Texts(new MixedCorpus(Prompts, CorpusMix.Families, new Seed(5))).Take(200), Texts(new MixedCorpus(Prompts, CorpusMix.Families, new Seed(5))).Take(200));

    [Fact]
    public void NoProblemIsOfAnotherSplit()
    {
        Split[] splits = [Split.Development, Split.Training, Split.Evaluation];
        var heldOut = splits.SelectMany(split => (IEnumerable<Problem>)
            [
                .. TaskCatalog.Open(TaskCatalog.WordProblems).Draw(split, 12_000, new Seed(1)),
                .. TaskCatalog.Open(TaskCatalog.Symbolic).Draw(split, 6_000, new Seed(1)),
            ]).Select(problem => problem.Question).ToHashSet();
        var seen = Texts(new MixedCorpus(Prompts, CorpusMix.Families, new Seed(2))).Take(10_000).Select(Question).ToList();

        Assert.DoesNotContain(seen, heldOut.Contains);
    }

    /// <summary>What the mix teaches is right, what it shows is not always, and it is revised in columns where answers differ.</summary>
    [Fact]
    public void SolutionsAndRevisionsEndInTheRightAnswer()
    {
        var (solutions, revisions, firstWrong, summaries, contested, inColumns) = (0, 0, 0, 0, 0, 0);
        var corpus = new MixedCorpus(Prompts, CorpusMix.Families with { WordProblems = 0.5, Symbolic = 0.5 }, new Seed(3));
        for (var i = 0; i < 6_000; i++)
        {
            var conversation = corpus.Next();
            var texts = conversation.Example.Messages.Select(message => message.Content).ToArray();
            var question = Question(texts);
            var truth = IsWords(texts) ? $"{SentenceSolver.Solve(question)}" : SlowSymbolicSolver.Solve(question);
            if (texts[0].Contains("Agents answered", StringComparison.Ordinal))
            {
                summaries++;
                var answers = texts[0].Split('\n').Where(line => line.StartsWith('('));
                Assert.All(answers.Zip(texts[1].Split('\n')), pair => Assert.EndsWith($"so {BoxedAnswer.Last(pair.First)}.", pair.Second, StringComparison.Ordinal));
                continue;
            }
            Assert.Equal(truth, BoxedAnswer.Last(texts[^1]));
            if (texts.Length == 2)
            {
                solutions++;
                continue;
            }
            revisions++;
            var first = BoxedAnswer.Last(texts[1]);
            if (first != truth) firstWrong++;
            Assert.True(first == truth || conversation.Loss == LossTarget.LastTurn);
            if (Told().Matches(texts[2]).All(told => told.Groups[1].Value == first)) continue;
            contested++;
            if (texts[^1].Contains("step by step", StringComparison.Ordinal)) inColumns++;
        }
        Assert.InRange(solutions / 6_000.0, 0.75, 0.81);
        Assert.InRange(summaries / 6_000.0, 0.035, 0.065);
        Assert.InRange(firstWrong / (double)revisions, 0.1, 0.4);
        // Of the problems that have a difference worth it.
        Assert.InRange(inColumns / (double)contested, 0.35, 0.7);
    }

    [GeneratedRegex(@"^What is \d+(?:[-+]\d+|\+\d+\*\d+\+\d+-\d+\*\d+)\?$")]
    private static partial Regex Arithmetic();

    [GeneratedRegex(@"(?:so |boxed\{)(\d+(?:/\d+)?)[.}]")]
    private static partial Regex Told();
}
