using MultiagentFT.Cluster.Worker;

namespace MultiagentFT.Cluster.Tests.Worker;

public sealed class RunTurnsTests
{
    [Fact]
    public void Equal_runs_share_the_time_whatever_a_piece_takes()
    {
        var turns = new RunTurns();
        var spent = new Dictionary<string, double> { ["long"] = 0, ["short"] = 0 };
        for (var i = 0; i < 1000; i++)
        {
            var next = turns.Order([("long", 0), ("short", 0)])[0];
            var seconds = next == "long" ? 7 : 1;
            turns.Add(next, seconds);
            spent[next] += seconds;
        }

        Assert.InRange(spent["long"] - spent["short"], -7, 7);
    }

    [Fact]
    public void A_higher_priority_goes_first_whatever_it_has_had()
    {
        var turns = new RunTurns();
        _ = turns.Order([("high", 1), ("low", 0)]);
        turns.Add("high", 1000);

        Assert.Equal(["high", "low"], turns.Order([("low", 0), ("high", 1)]));
    }

    [Fact]
    public void A_run_that_comes_later_does_not_make_up_for_the_time_before()
    {
        var turns = new RunTurns();
        _ = turns.Order([("old", 0)]);
        turns.Add("old", 1000);
        _ = turns.Order([("old", 0), ("new", 0)]);
        turns.Add("new", 1);

        Assert.Equal(["old", "new"], turns.Order([("old", 0), ("new", 0)]));
    }

    [Fact]
    public void A_run_that_went_and_came_back_starts_level()
    {
        var turns = new RunTurns();
        _ = turns.Order([("a", 0), ("b", 0)]);
        turns.Add("a", 10);
        turns.Add("b", 50);
        _ = turns.Order([("b", 0)]);
        _ = turns.Order([("a", 0), ("b", 0)]);
        turns.Add("a", 1);

        Assert.Equal(["b", "a"], turns.Order([("a", 0), ("b", 0)]));
    }
}
