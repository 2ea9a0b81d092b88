using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Results;

public sealed class DebateFiguresTests
{
    [Fact]
    public void FlipsAreCountedByAgentAndConsensusByTheFirstRound()
    {
        // Truth 5. The first agent goes wrong to right, the second right to wrong, the third stays right.
        var figures = DebateFigures.Of([Debate(["4", "5", "5"], ["5", "4", "5"])], new ArithmeticTask());

        Assert.Equal((1, 1), (figures.WrongToRight, figures.RightToWrong));
        Assert.Equal(2 / 3.0, figures.Consensus, 12);
        Assert.Equal([1, 1], figures.RoundAccuracies);
    }

    [Fact]
    public void AnswersThatAreMissingAreWrongAndAgreeWithNobody()
    {
        var figures = DebateFigures.Of([Debate([null, null, "5"], ["5", null, "5"]), Debate(["1", "1", "5"], ["1", "1", "1"])], new ArithmeticTask());

        Assert.Equal((1, 1), (figures.WrongToRight, figures.RightToWrong));
        Assert.Equal(3 / 6.0, figures.Consensus, 12);
        Assert.Equal([0.5, 0.5], figures.RoundAccuracies);
    }

    [Fact]
    public void DebatesThatEndedEarlyKeepTheirVote()
    {
        var whole = Debate(["5", "5", "5"], ["4", "4", "5"]);
        Transcript[] debates = [whole, Debate(["4", "5", "1"], ["5", "5", "5"])];
        var stopped = DebateFigures.Of([EarlyStop.Apply(DebateStop.Agreed, whole, new ArithmeticTask()), debates[1]], new ArithmeticTask());
        var figures = DebateFigures.Of(debates, new ArithmeticTask());

        Assert.Equal([0.5, 0.5], figures.RoundAccuracies.Order());
        Assert.Equal(new StoppedFigures(1, 9, 3), figures.IfStopped);
        Assert.Equal(1, stopped.RoundAccuracies[^1]);
        Assert.Null(stopped.IfStopped);
    }

    [Fact]
    public void WhereAnswersHaveWeightsThePlainVoteIsBeside()
    {
        var debate = Debate(["4", "5", "5"], ["5", "4", "4"]);
        Transcript Weighted(string? equal) => debate with { Votes = [debate.Votes[0], debate.Votes[1] with { Answer = "5", Correct = true, EqualAnswer = equal }] };

        var figures = DebateFigures.Of([Weighted("4"), Weighted("5"), Weighted(null), Weighted("5")], new ArithmeticTask());

        Assert.Equal((1, 0.5), (figures.RoundAccuracies[^1], figures.IfEqualWeights));
        Assert.Null(DebateFigures.Of([debate], new ArithmeticTask()).IfEqualWeights);
    }

    [Fact]
    public void NothingMeasuredIsNothing() => Assert.Empty(DebateFigures.Of([], new ArithmeticTask()).RoundAccuracies);

    private static Transcript Debate(string?[] first, string?[] last)
    {
        return new Transcript(FileFormat.Current, "p", "?", "5", [.. Turns(1, first), .. Turns(2, last)], [Vote(1, first), Vote(2, last)]);

        static IEnumerable<Turn> Turns(int round, string?[] answers) => answers.Select((answer, agent) =>
            new Turn(round, agent, "a", null, 0, "?", answer ?? "", answer, 1, 1, FinishReason.EndOfTurn));

        static RoundVote Vote(int round, string?[] answers)
        {
            var winner = answers.OfType<string>().GroupBy(answer => answer).MaxBy(group => group.Count())!;
            return new RoundVote(round, winner.Key, winner.Count(), answers.OfType<string>().Count(), winner.Key == "5");
        }
    }
}
