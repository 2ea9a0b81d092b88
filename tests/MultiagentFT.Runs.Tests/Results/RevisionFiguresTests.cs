using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Voting;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Results;

public sealed class RevisionFiguresTests
{
    private static readonly ArithmeticTask Task = new();

    [Fact]
    public void AnswersAreNewThatNoAgentHadGivenFirst()
    {
        // 5.0 is 5; the missing answer is no answer; 7 and 8 are new.
        var figures = RevisionFigures.Of([Debate(["4", "5", "6"], ["5.0", null, "7"]), Debate(["1", "2", null], ["2", "2", "8"])], Task);

        Assert.Equal(new RevisionFigures(Revised: 5, New: 2, Unanimous: 0, Overturned: 0), figures);
        Assert.Equal(0.4, figures!.NewShare);
    }

    [Fact]
    public void VotesOfAllAreOverturnedByAnotherVoteOrNone()
    {
        var figures = RevisionFigures.Of(
            [Debate(["5", "5.0", "5"], ["5", "4", "4"]), Debate(["5", "5", "5"], ["5", "5", "4"]), Debate(["5", "5", "5"], [null, null, null]), Debate(["5", "5", null], ["4", "4", "4"])], Task);

        Assert.Equal(new RevisionFigures(9, 6, 3, 2), figures);
    }

    [Fact]
    public void DebatesThatEndedAtOnceTellNothing()
    {
        Assert.Null(RevisionFigures.Of([Debate(["5", "5", "5"])], Task));
        Assert.Null(RevisionFigures.Of([], Task));
        Assert.Null(RevisionFigures.Of([Debate(["5", "4", "3"], [null, null, null])], Task)!.NewShare);
    }

    [Fact]
    public void SeveralEvaluationsAreCountedTogether()
    {
        Assert.Equal(new RevisionFigures(30, 10, 4, 2), RevisionFigures.Pool([new RevisionFigures(20, 9, 3, 1), null, new RevisionFigures(10, 1, 1, 1)]));
        Assert.Null(RevisionFigures.Pool([null]));
    }

    [Theory]
    [InlineData(30, 11, "37 % of revised answers are ones that no agent had given first: ")]
    [InlineData(30, 10, null)]
    [InlineData(29, 29, null)]
    [InlineData(0, 0, null)]
    public void ManyNewAnswersAreAWarning(int revised, int added, string? expected)
    {
        var warning = new RevisionFigures(revised, added, 0, 0).Warning();

        if (expected is null) Assert.Null(warning);
        else Assert.StartsWith(expected, warning, StringComparison.Ordinal);
    }

    private static Transcript Debate(params string?[][] rounds)
    {
        return new Transcript(
            FileFormat.Current, "p", "?", null,
            [.. rounds.SelectMany((answers, round) => answers.Select((answer, agent) => new Turn(round + 1, agent, "a", null, 0, "?", answer ?? "", answer, 1, 1, FinishReason.EndOfTurn)))],
            [.. rounds.Select((answers, round) => Vote(round + 1, answers))]);

        static RoundVote Vote(int round, string?[] answers)
        {
            var vote = MajorityVote.Decide(answers, Task.Same, new Seed(1).Generator());
            return new RoundVote(round, vote.Answer, vote.Votes, vote.Voters, null);
        }
    }
}
