using System.Text.RegularExpressions;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed partial class ArithmeticCorpusTests
{
    private readonly ArithmeticCorpus _corpus = new(new PromptSet(), new CorpusMix(), new Seed(11));

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
    public void EveryStepThatIsTaughtIsRight()
    {
        var (steps, checks, passed) = (0, 0, 0);
        for (var i = 0; i < 3000; i++)
        {
            var messages = _corpus.Next().Example.Messages;
            if (BoxedAnswer.Last(messages[^1].Content) is not { } answer) continue;
            foreach (var line in messages[^1].Content.Split('\n').SkipLast(1))
            {
                if (Check().Match(line) is { Success: true } check)
                {
                    checks++;
                    var holds = Number(check, 2) + Number(check, 3) == Number(check, 4);
                    Assert.True(holds, line);
                    if (check.Groups[5].Value == "no") continue;
                    Assert.Equal(answer, check.Groups[1].Value);
                    passed++;
                    continue;
                }
                steps++;
                if (Column().Match(line) is { Success: true } column)
                {
                    var digit = Number(column, 1) - Number(column, 2) - (column.Groups[3].Success ? 1 : 0);
                    Assert.Equal((digit, digit < 0), (Number(column, 4) - (digit < 0 ? 10 : 0), column.Groups[5].Success));
                    continue;
                }
                var step = Step().Match(line);
                Assert.True(step.Success, line);
                var (left, right) = (Number(step, 1), Number(step, 3));
                Assert.Equal(step.Groups[2].Value switch { "*" => left * right, "+" => left + right, _ => left - right }, Number(step, 4));
            }
        }
        Assert.True(steps > 10_000 && checks > 100 && passed > 50 && passed < checks, $"{steps} steps, {checks} checks, {passed} passed");
    }

    [Theory]
    [InlineData("0+20*29+0-7*9", "0-3=7 borrow\n8-6-1=1\n5-0=5\n580-63=517")]
    [InlineData("0+7*9+0-20*29", "0-3=7 borrow\n8-6-1=1\n5-0=5\n580-63=517\n63-580=-517")]
    [InlineData("1+2*3+4-20*20", "0-1=9 borrow\n0-1-1=8 borrow\n4-0-1=3\n400-11=389\n11-400=-389")]
    [InlineData("0+2*3+0-0*9", "6-0=6\n6-0=6")]
    [InlineData("0+20*20+0-20*20", "0-0=0\n0-0=0\n4-4=0\n400-400=0")]
    [InlineData("0+0*9+0-0*7", "0-0=0")]
    public void InColumnsTheSmallerNumberIsTakenFromTheLargerDigitByDigit(string question, string difference)
    {
        var lines = WorkedSolution.Of(Expression($"What is {question}?")).Text(DifferenceWay.InColumns).Split('\n');

        Assert.Equal(difference, string.Join('\n', lines.Skip(4).SkipLast(1)));
    }

    [Fact]
    public void CheckingTriesEachAnswerOnceUntilOnePasses()
    {
        var solution = WorkedSolution.Of(Expression("What is 4+23*6+24-24*12?"));

        Assert.EndsWith(
            "142+24=166\ntry -132: 166+132=298 no\ntry -122: 166+122=288 yes\n\\boxed{-122}", solution.Checked([-132, -132, -122, 5]), StringComparison.Ordinal);
        Assert.EndsWith(
            "try 5: 5+288=293 no\n8-6=2\n8-6=2\n2-1=1\n288-166=122\n166-288=-122\n\\boxed{-122}", solution.Checked([5]), StringComparison.Ordinal);
    }

    [Fact]
    public void WaysAreTakenAtTheirShare()
    {
        var corpus = new ArithmeticCorpus(new PromptSet(), new CorpusMix { InColumns = 0.4, Checked = 0.3 }, new Seed(5));
        var (solutions, columns, revisions, checks) = (0, 0, 0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var messages = corpus.Next().Example.Messages;
            if (BoxedAnswer.Last(messages[^1].Content) is null) continue;
            var text = messages[^1].Content;
            if (messages.Count == 4)
            {
                revisions++;
                if (text.Contains("try", StringComparison.Ordinal)) checks++;
            }
            else
            {
                solutions++;
                if (text.Split('\n').Length > 6) columns++;
            }
        }
        Assert.InRange(checks / (double)revisions, 0.28, 0.32);
        Assert.InRange(columns / (double)solutions, 0.38, 0.42);
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

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value);

    [GeneratedRegex(@"What is (\d+)\+(\d+)\*(\d+)\+(\d+)-(\d+)\*(\d+)\?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^(-?\d+)([-+*])(\d+)=(-?\d+)$")]
    private static partial Regex Step();

    [GeneratedRegex(@"^(\d)-(\d)(-1)?=(\d)( borrow)?$")]
    private static partial Regex Column();

    [GeneratedRegex(@"^try (-?\d+): (\d+)\+(\d+)=(\d+) (yes|no)$")]
    private static partial Regex Check();
}
