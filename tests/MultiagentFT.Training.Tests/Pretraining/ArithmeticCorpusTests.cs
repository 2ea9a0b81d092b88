using System.Text.RegularExpressions;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed partial class ArithmeticCorpusTests
{
    private readonly ArithmeticCorpus _corpus = new(new PromptSet(), new CorpusMix { CarelessMistakes = 0 }, new Seed(11));

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
        var corpus = new ArithmeticCorpus(new PromptSet(), new CorpusMix { CarelessMistakes = 0.2 }, new Seed(5));
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
    public void ColumnsAreWorkedRightAndTakenAsOftenAsTheMixSays()
    {
        var mix = CorpusMix.Columns;
        var corpus = new ArithmeticCorpus(new PromptSet(), mix, new Seed(7));
        var (conversations, drills, solutions, inColumns, contested, contestedInColumns) = (6000, 0, 0, 0, 0, 0);
        for (var i = 0; i < conversations; i++)
        {
            var messages = corpus.Next().Example.Messages;
            var answer = messages[^1].Content;
            if (!answer.Contains("boxed", StringComparison.Ordinal)) continue;
            var takesColumns = answer.Contains("step by step", StringComparison.Ordinal);
            Assert.True(!takesColumns || AreRight(Columns().Match(answer)), answer);
            if (Drill().Match(messages[0].Content) is { Success: true } drill)
            {
                drills++;
                Assert.True(takesColumns);
                Assert.Equal(Value(drill, 1) - Value(drill, 2), int.Parse(BoxedAnswer.Last(answer)!));
                continue;
            }
            Assert.Equal(Expression(messages[0].Content).Value, int.Parse(BoxedAnswer.Last(answer)!));
            if (messages.Count == 2)
            {
                solutions++;
                inColumns += takesColumns ? 1 : 0;
            }
            else if (Told().Matches(messages[2].Content).Any(told => told.Groups[1].Value != BoxedAnswer.Last(messages[1].Content)))
            {
                contested++;
                contestedInColumns += takesColumns ? 1 : 0;
            }
        }
        Assert.InRange(drills / (double)conversations, mix.Drills - 0.02, mix.Drills + 0.02);
        Assert.InRange(inColumns / (double)solutions, mix.InColumns - 0.03, mix.InColumns + 0.03);
        Assert.InRange(contestedInColumns / (double)contested, mix.ContestedInColumns - 0.06, mix.ContestedInColumns + 0.06);
    }

    [Theory]
    [InlineData(812, 65, "step by step\n812-065\n12-5=7\n11-6-1=4\n8-0-1=7\n812-65=747\n\\boxed{747}")]
    [InlineData(166, 298, "step by step\n298-166\n8-6=2\n9-6=3\n2-1=1\n166-298=-132\n\\boxed{-132}")]
    [InlineData(300, 1, "step by step\n300-001\n10-1=9\n10-0-1=9\n3-0-1=2\n300-1=299\n\\boxed{299}")]
    public void ADifferenceInColumnsIsWrittenAsAtSchool(int fourth, int second, string expected) => Assert.Equal(
        expected, new WorkedSolution(default, 0, second, 0, fourth, fourth - second).Difference(DifferenceWay.InColumns));

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

    /// <summary>Whether the columns are those of the two numbers, each right, and their digits the difference.</summary>
    private static bool AreRight(Match columns)
    {
        var (larger, smaller, borrowed, digits) = (Value(columns, 1), Value(columns, 2), 0, 0);
        for (var column = 0; column < 3; column++)
        {
            var place = (int)Math.Pow(10, column);
            var (upper, lower, before, digit) = (Value(columns, 3, column), Value(columns, 4, column), columns.Groups[5].Captures[column].Length > 0, Value(columns, 6, column));
            if (upper % 10 != larger / place % 10 || lower != smaller / place % 10 || before != (borrowed == 1) || digit != upper - lower - borrowed || digit is < 0 or > 9) return false;
            borrowed = upper / 10;
            digits += digit * place;
        }
        return borrowed == 0 && digits == larger - smaller && Math.Abs(Value(columns, 7)) == digits;
    }

    private static int Value(Match match, int group, int capture = 0) => int.Parse(match.Groups[group].Captures[capture].Value);

    [GeneratedRegex(@"What is (\d+)-(\d+)\?")]
    private static partial Regex Drill();

    [GeneratedRegex(@"(?:so |boxed\{)(-?\d+)[.}]")]
    private static partial Regex Told();

    [GeneratedRegex(@"step by step\n(\d{3})-(\d{3})\n(?:(\d+)-(\d)(|-1)=(\d)\n){3}\d+-\d+=(-?\d+)\n\\boxed")]
    private static partial Regex Columns();

    [GeneratedRegex(@"^(-?\d+)([-+*])(\d+)=(-?\d+)$")]
    private static partial Regex Step();
}
