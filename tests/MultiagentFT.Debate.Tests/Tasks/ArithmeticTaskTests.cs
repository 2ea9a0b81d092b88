using CsCheck;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks;

public sealed class ArithmeticTaskTests
{
    [Fact]
    public void Values_and_questions()
    {
        var problem = ArithmeticTask.ToProblem(new ArithmeticExpression(4, 23, 6, 24, 24, 12));

        Assert.Equal(new Problem("4+23*6+24-24*12", "What is 4+23*6+24-24*12?", "-122"), problem);
    }

    [Fact]
    public void No_expression_drawn_for_one_split_is_ever_drawn_for_another()
    {
        var task = new ArithmeticTask();
        var drawn = new Dictionary<string, Split>();
        foreach (var split in Enum.GetValues<Split>().Where(part => part != Split.All))
        {
            for (var seed = 0UL; seed < 12; seed++)
            {
                foreach (var problem in task.Draw(split, 500, new Seed(seed)))
                {
                    drawn.TryAdd(problem.Id, split);
                    Assert.Equal(drawn[problem.Id], split);
                }
            }
        }
        Assert.True(drawn.Count > 20_000, $"only {drawn.Count} expressions");
    }

    [Fact]
    public void Training_and_evaluation_do_not_overlap_whatever_their_seeds() => Gen.Select(Gen.ULong, Gen.ULong).Sample(
        (first, second) => !Ids(Split.Training, first).Intersect(Ids(Split.Evaluation, second)).Any(), iter: 20);

    [Fact]
    public void Shares_are_sixteenths()
    {
        var random = new Seed(1).Generator();
        var counts = new int[4];
        for (var i = 0; i < 64_000; i++)
            counts[(int)new ArithmeticExpression(Next(), Next(), Next(), Next(), Next(), Next()).Split]++;

        Assert.InRange(counts[(int)Split.Pretraining], 51_000, 53_000);
        Assert.All(counts[1..], count => Assert.InRange(count, 3_700, 4_300));

        int Next() => random.Next(ArithmeticExpression.Bound);
    }

    [Fact]
    public void Draws_are_distinct_and_repeatable()
    {
        Assert.Equal(Ids(Split.Evaluation, 9), Ids(Split.Evaluation, 9));
        Assert.NotEqual(Ids(Split.Evaluation, 9), Ids(Split.Evaluation, 10));
        Assert.Equal(300, Ids(Split.Evaluation, 9).Distinct().Count());
    }

    [Theory]
    [InlineData("12", "12", true)]
    [InlineData("- 12", "-12", true)]
    [InlineData("+7", "07", true)]
    [InlineData("12", "12.0", true)]
    [InlineData("x", "x", true)]
    [InlineData("42.", "42", true)]
    [InlineData("\u22125", "-5", true)]
    [InlineData("$42$", "42", true)]
    [InlineData("x=42", "42", true)]
    [InlineData("{-5}", "-5", true)]
    [InlineData("1,234", "1234", true)]
    [InlineData("12", "21", false)]
    [InlineData("12", "-12", false)]
    [InlineData("12.5", "12", false)]
    public void Answers_are_compared_by_the_grader(string left, string right, bool same) =>
        Assert.Equal(same, new ArithmeticTask().Same(left, right));

    [Fact]
    public void Strict_grading_wants_whole_numbers_written_as_such()
    {
        Assert.False(new ArithmeticTask(GradingMode.Strict).Same("41+1", "42"));
        Assert.True(new ArithmeticTask(GradingMode.Strict).Same("42.0", "42"));
        Assert.True(new ArithmeticTask().Same("41+1", "42"));
    }

    private static List<string> Ids(Split split, ulong seed) =>
        [.. new ArithmeticTask().Draw(split, 300, new Seed(seed)).Select(p => p.Id)];
}
