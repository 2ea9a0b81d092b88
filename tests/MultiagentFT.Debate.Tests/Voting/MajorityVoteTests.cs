using MultiagentFT.Debate.Voting;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Voting;

public sealed class MajorityVoteTests
{
    private static readonly Func<string, string, bool> Equal = string.Equals;

    [Theory]
    [InlineData("7", 2, 3, "7", "5", "7")]
    [InlineData("5", 1, 1, null, "5", null)]
    [InlineData("a", 3, 5, "b", "a", "b", "a", "a")]
    public void The_largest_group_wins(string winner, int votes, int voters, params string?[] answers)
    {
        var result = MajorityVote.Decide(answers, Equal, new Seed(1).Generator());

        Assert.Equal(new VoteResult(winner, votes, voters), result);
        Assert.Equal((double)votes / voters, result.Consensus);
    }

    [Theory]
    [InlineData("5", 1, 0.1, 0.3, 0.5)]
    [InlineData("7", 2, 0.3, 0.3, 0.5)]
    [InlineData("7", 2, 0.25, 0.0, 0.2)]
    public void Where_answers_have_weights_the_heaviest_group_wins(string winner, int votes, double first, double second, double third) =>
        Assert.Equal(
            new VoteResult(winner, votes, 3), MajorityVote.Decide(["7", "7", null, "5"], Equal, new Seed(1).Generator(), [first, second, 9, third]));

    [Fact]
    public void Nobody_answered()
    {
        var result = MajorityVote.Decide([null, null], Equal, new Seed(1).Generator());

        Assert.Null(result.Answer);
        Assert.Equal(0, result.Consensus);
        Assert.Null(MajorityVote.Decide([], Equal, new Seed(1).Generator()).Answer);
    }

    [Fact]
    public void A_group_is_named_by_its_first_member() =>
        Assert.Equal("1/2", MajorityVote.Decide(["3", "1/2", "0.5"], (l, r) => (l, r) is ("1/2", "0.5"), new Seed(1).Generator()).Answer);

    [Fact]
    public void Equality_that_is_not_transitive_groups_by_first_come()
    {
        static bool Near(string left, string right) => Math.Abs(int.Parse(left) - int.Parse(right)) <= 1;

        // 1~2 and 2~3, but not 1~3: 1 takes 2 and leaves 3 alone; started with 2, all are one group.
        Assert.Equal(new VoteResult("1", 2, 3), MajorityVote.Decide(["1", "2", "3"], Near, new Seed(1).Generator()));
        Assert.Equal(new VoteResult("2", 3, 3), MajorityVote.Decide(["2", "1", "3"], Near, new Seed(1).Generator()));
    }

    [Fact]
    public void Ties_go_either_way_by_seed_and_the_same_way_by_the_same_seed()
    {
        string? Vote(int seed) => MajorityVote.Decide(["1", "2", "3", "2", "1"], Equal, new Seed(0).Of(seed).Generator()).Answer;

        var winners = Enumerable.Range(0, 400).Select(Vote).ToList();

        Assert.Equal(winners, Enumerable.Range(0, 400).Select(Vote));
        Assert.DoesNotContain("3", winners);
        Assert.InRange(winners.Count(winner => winner == "1"), 150, 250);
    }

    [Fact]
    public void Without_a_tie_the_generator_is_untouched()
    {
        var random = new Seed(5).Generator();
        MajorityVote.Decide(["1", "1", "2"], Equal, random);

        Assert.Equal(new Seed(5).Generator().NextUInt64(), random.NextUInt64());
    }
}
