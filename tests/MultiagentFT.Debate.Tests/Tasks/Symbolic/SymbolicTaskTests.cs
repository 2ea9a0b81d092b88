using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Symbolic;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks.Symbolic;

public sealed class SymbolicTaskTests
{
    private static IEnumerable<SymbolicProblem> Drawn(int count) =>
        Enum.GetValues<Split>().Where(split => split != Split.All).SelectMany(split => new SymbolicTask().Problems(split, count, new Seed(3)));

    [Fact]
    public void AnswersAreThoseThatTryingFinds() =>
        Assert.All(Drawn(1_000), problem => Assert.Equal(SlowSymbolicSolver.Solve(problem.Question), problem.Answer));

    [Fact]
    public void EveryKindIsAsLikely()
    {
        var problems = Drawn(1_000).ToList();
        var kinds = problems.CountBy(problem => problem is LinearEquation { C: > 0 } ? "two-sided" : problem.GetType().Name).ToDictionary();

        Assert.Equal(5, kinds.Count);
        Assert.All(kinds.Values, count => Assert.InRange(count / (double)problems.Count, 0.16, 0.24));
        Assert.InRange(problems.OfType<CommonDivisor>().Count(problem => problem.Answer == "1"), 1, kinds[nameof(CommonDivisor)] / 4);
        Assert.InRange(problems.OfType<FractionSum>().Count(problem => problem.IsDifference), 100, 400);
        Assert.All(problems, problem => Assert.All(problem.Answer.Split('/'), part => Assert.InRange(int.Parse(part), 0, 999)));
        Assert.All(problems.OfType<LinearEquation>(), problem => Assert.InRange(int.Parse(problem.Answer), 1, 30));
    }

    [Theory]
    [InlineData("7*x+12=61", "What is x if 7*x+12=61?", "7", 7, 12, 0, 61)]
    [InlineData("7*x-12=37", "What is x if 7*x-12=37?", "7", 7, -12, 0, 37)]
    [InlineData("7*x+12=3*x+60", "What is x if 7*x+12=3*x+60?", "12", 7, 12, 3, 60)]
    public void Equations(string id, string question, string answer, int a, int b, int c, int d)
    {
        var problem = new LinearEquation(a, b, c, d);

        Assert.Equal((id, question, answer), (problem.Id, problem.Question, problem.Answer));
    }

    [Theory]
    [InlineData(3, 4, false, 5, 6, "3/4+5/6", "19/12")]
    [InlineData(3, 4, true, 1, 4, "3/4-1/4", "1/2")]
    [InlineData(3, 2, false, 3, 6, "3/2+3/6", "2")]
    public void Fractions(int a, int b, bool isDifference, int c, int d, string id, string answer)
    {
        var problem = new FractionSum(a, b, isDifference, c, d);

        Assert.Equal((id, answer), (problem.Id, problem.Answer));
    }

    [Fact]
    public void TheOrderOfASumDoesNotChangeItsSplit()
    {
        Assert.All(Drawn(500).OfType<FractionSum>().Where(sum => !sum.IsDifference), sum => Assert.Equal(sum.Split, new FractionSum(sum.C, sum.D, false, sum.A, sum.B).Split));
        Assert.All(Drawn(500).OfType<Remainder>().Where(sum => sum.B > 0), sum => Assert.Equal(sum.Split, new Remainder(sum.B, sum.A, sum.Modulus).Split));
    }

    [Fact]
    public void RemaindersAndDivisors()
    {
        Assert.Equal(("(47+85) mod 7", "6"), (new Remainder(47, 85, 7).Id, new Remainder(47, 85, 7).Answer));
        Assert.Equal(("132 mod 7", "6"), (new Remainder(132, 0, 7).Id, new Remainder(132, 0, 7).Answer));
        Assert.Equal(("gcd(48,18)", "6"), (new CommonDivisor(48, 18).Id, new CommonDivisor(48, 18).Answer));
    }
}
