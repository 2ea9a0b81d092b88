using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Words;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks.Words;

public sealed class WordProblemTaskTests
{
    private static IEnumerable<WordProblem> Drawn(int count) =>
        Enum.GetValues<Split>().Where(split => split != Split.All).SelectMany(split => new WordProblemTask().Problems(split, count, new Seed(3)));

    [Fact]
    public void AnswersFollowFromTheSentences() =>
        Assert.All(Drawn(1_500), problem => Assert.Equal(int.Parse(problem.Answer), SentenceSolver.Solve(problem.Question)));

    [Fact]
    public void NumbersOnTheWayAreWholeAndBelowAThousand()
    {
        foreach (var problem in Drawn(1_500))
        {
            var value = problem.Start;
            foreach (var step in problem.Steps)
            {
                if (step.Operation == WordOperation.Divide) Assert.Equal(0, value % step.Amount);
                value = step.Apply(value);
                Assert.InRange(value, 1, WordProblem.Bound - 1);
            }
        }
    }

    [Fact]
    public void EveryPatternComesUp()
    {
        var problems = Drawn(500).ToList();
        var share = (string part) => problems.Count(problem => problem.Question.Contains(part, StringComparison.Ordinal)) / (double)problems.Count;

        Assert.InRange(share("boxes, each with"), 0.15, 0.35);
        Assert.InRange(share(" gets "), 0.1, 0.5);
        Assert.InRange(share(" wins "), 0.1, 0.5);
        Assert.InRange(share(" gives "), 0.1, 0.5);
        Assert.InRange(share(" loses "), 0.1, 0.5);
        Assert.InRange(share(" more than "), 0.1, 0.4);
        Assert.InRange(share(" fewer than "), 0.1, 0.4);
        Assert.InRange(share(" twice as many as "), 0.05, 0.3);
        Assert.InRange(share(" times as many as "), 0.05, 0.4);
        Assert.InRange(share(" left?"), 0.1, 0.4);
        Assert.InRange(share(" shared evenly "), 0.03, 0.2);
        // A third of the problems of two and three steps say something that does not matter.
        Assert.InRange(problems.Count(problem => Others(problem) > 0) / (double)problems.Count, 0.2, 0.34);
        Assert.InRange(problems.Average(problem => problem.Steps.Count), 2.5, 2.9);
        Assert.True(problems.Select(problem => problem.Answer).Distinct().Count() > 300, "few answers");

        // Sentences that tell what somebody has, but the first and those that compare, are beside the point.
        static int Others(WordProblem problem) => problem.Question.Split(". ").Count(sentence =>
            sentence.Contains(" has ", StringComparison.Ordinal) && !sentence.EndsWith('?') && !sentence.Contains(" than ", StringComparison.Ordinal)
            && !sentence.Contains(" as many ", StringComparison.Ordinal)) - 1;
    }

    [Fact]
    public void StepsDecideTheProblemAndItsWords()
    {
        var problem = new WordProblem(45, [new(WordOperation.Add, 12), new(WordOperation.Subtract, 30), new(WordOperation.Multiply, 2)]);

        Assert.Equal("45 +12 -30 *2", problem.Id);
        Assert.Equal("54", problem.Answer);
        Assert.StartsWith("Kai has 45 hats", problem.Question, StringComparison.Ordinal);
        Assert.Equal(54, SentenceSolver.Solve(problem.Question));
    }
}
