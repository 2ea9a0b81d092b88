using System.Text.RegularExpressions;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed partial class ArithmeticCorpusTests
{
    private readonly ArithmeticCorpus _corpus = new(new PromptSet(), careless: 0, new Seed(11));

    [Fact]
    public void EveryProblemIsOfThePretrainingSplit()
    {
        for (var i = 0; i < 2000; i++)
            Assert.Equal(Split.Pretraining, Expression(_corpus.Next().Example.Messages[0].Content).Split);
    }

    [Fact]
    public void SolutionsAndRevisionsEndInTheRightAnswer()
    {
        var task = new ArithmeticTask();
        var (solutions, revisions, firstWrong) = (0, 0, 0);
        for (var i = 0; i < 1000; i++)
        {
            var messages = _corpus.Next().Example.Messages;
            var truth = Expression(messages[0].Content).Value;
            if (task.Extract(messages[^1].Content) is not { } answer) continue;
            Assert.Equal(truth, int.Parse(answer));
            if (messages.Count == 2) solutions++;
            else revisions++;
            if (messages.Count == 4 && int.Parse(task.Extract(messages[1].Content)!) != truth) firstWrong++;
        }
        Assert.True(solutions > 500 && revisions > 100, $"{solutions} solutions, {revisions} revisions");
        Assert.InRange(firstWrong / (double)revisions, 0.1, 0.5);
    }

    [Fact]
    public void CarelessMistakesForgetCarriesAtTheirRate()
    {
        var corpus = new ArithmeticCorpus(new PromptSet(), careless: 0.2, new Seed(5));
        var (steps, forgotten) = (0, 0);
        while (steps < 20_000)
        {
            var messages = corpus.Next().Example.Messages;
            if (messages.Count != 2 || !messages[1].Content.Contains("boxed", StringComparison.Ordinal)) continue;
            foreach (var line in messages[1].Content.Split('\n').SkipLast(1))
            {
                var parts = Step().Match(line).Groups;
                var (left, right, result) = (int.Parse(parts[1].Value), int.Parse(parts[3].Value), int.Parse(parts[4].Value));
                var correct = parts[2].Value switch { "*" => left * right, "+" => left + right, _ => left - right };
                if (parts[2].Value == "-" || correct < 10)
                {
                    Assert.Equal(correct, result);
                    continue;
                }
                steps++;
                if (result == correct) continue;
                Assert.Equal(correct - 10, result);
                forgotten++;
            }
        }
        Assert.InRange(forgotten / (double)steps, 0.19, 0.21);
    }

    [Fact]
    public void SummariesTellEveryAgentsSteps()
    {
        var seen = 0;
        while (seen < 50)
        {
            var messages = _corpus.Next().Example.Messages;
            if (!messages[0].Content.Contains("Agents answered", StringComparison.Ordinal)) continue;
            seen++;
            var answers = messages[0].Content.Split('\n').Where(line => line.StartsWith('(')).ToArray();
            var summaries = messages[1].Content.Split('\n');
            Assert.Equal(answers.Length, summaries.Length);
            foreach (var (answer, summary) in answers.Zip(summaries))
                Assert.EndsWith($"so {BoxedAnswer.Last(answer)}.", summary, StringComparison.Ordinal);
        }
    }

    private static ArithmeticExpression Expression(string message)
    {
        var n = Numbers().Match(message).Groups.Values.Skip(1).Select(group => int.Parse(group.Value)).ToArray();
        return new ArithmeticExpression(n[0], n[1], n[2], n[3], n[4], n[5]);
    }

    [GeneratedRegex(@"What is (\d+)\+(\d+)\*(\d+)\+(\d+)-(\d+)\*(\d+)\?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^(-?\d+)([-+*])(\d+)=(-?\d+)$")]
    private static partial Regex Step();
}
