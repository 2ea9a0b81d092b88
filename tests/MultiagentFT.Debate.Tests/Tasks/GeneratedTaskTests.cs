using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks;

public sealed class GeneratedTaskTests
{
    public static TheoryData<string> Families => [.. TaskCatalog.Generated];

    [Theory]
    [MemberData(nameof(Families))]
    public void TheSameSeedGivesTheSameProblemsAndAnotherSeedOthers(string family)
    {
        var task = TaskCatalog.Open(family);

        Assert.Equal(family, task.Name);
        Assert.Equal(task.Draw(Split.Evaluation, 300, new Seed(9)), task.Draw(Split.Evaluation, 300, new Seed(9)));
        Assert.NotEqual(task.Draw(Split.Evaluation, 300, new Seed(9)), task.Draw(Split.Evaluation, 300, new Seed(10)));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void NoProblemIsDrawnTwiceOrForTwoSplits(string family)
    {
        var task = TaskCatalog.Open(family);
        var splits = new Dictionary<string, Split>();
        var questions = new Dictionary<string, string>();
        foreach (var split in Enum.GetValues<Split>().Where(part => part != Split.All))
        {
            for (var seed = 0UL; seed < 4; seed++)
            {
                var problems = task.Draw(split, 500, new Seed(seed));
                Assert.Equal(500, problems.Select(problem => problem.Id).Distinct().Count());
                foreach (var problem in problems)
                {
                    splits.TryAdd(problem.Id, split);
                    Assert.Equal(split, splits[problem.Id]);
                    questions.TryAdd(problem.Question, problem.Id);
                    Assert.Equal(problem.Id, questions[problem.Question]);
                }
            }
        }
        Assert.True(splits.Count > 4_000, $"only {splits.Count} problems");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void ASplitHoldsTheProblemsOfManyIterations(string family) =>
        Assert.Equal(4_000, TaskCatalog.Open(family).Draw(Split.Training, 4_000, new Seed(1)).Count);

    [Fact]
    public void MoreProblemsThanASplitHoldsAreRefused()
    {
        var task = new FewProblems();

        Assert.Equal(7, task.Draw(Split.Development, 7, new Seed(1)).Count);
        Assert.Contains(
            "few: split development: expected at most about 7 problems, found 8",
            Assert.Throws<InputException>(() => task.Draw(Split.Development, 8, new Seed(1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void AllProblemsAreTooMany(string family) =>
        Assert.Contains("found all", Assert.Throws<InputException>(() => TaskCatalog.Open(family).Draw(Split.All, 1, new Seed(1))).Message, StringComparison.Ordinal);

    [Fact]
    public void AnswersAreReadFromBoxesAndComparedByValue()
    {
        var task = TaskCatalog.Open(TaskCatalog.Symbolic);

        Assert.Equal("19/12", task.Extract("38/24=19/12\n\\boxed{19/12}"));
        Assert.True(task.Same("19/12", "38/24"));
        Assert.True(task.Same("19/12", "\\frac{19}{12}"));
        Assert.False(task.Same("19/12", "18/12"));
        Assert.False(TaskCatalog.Open(TaskCatalog.WordProblems, GradingMode.Strict).Same("41+1", "42"));
    }

    [Fact]
    public void AMisspeltFamilyIsNamedWithItsNeighbour()
    {
        var error = Assert.Throws<InputException>(() => TaskCatalog.Open("word-problem"));

        Assert.Contains("found word-problem (did you mean word-problems?)", error.Message, StringComparison.Ordinal);
    }

    private sealed record FewProblem(int Number) : IGeneratedProblem
    {
        public string Id => $"{Number}";

        public Split Split => Split.Development;

        public string Question => $"What is {Number}?";

        public string Answer => Id;
    }

    private sealed class FewProblems() : GeneratedTask<FewProblem>("few", GradingMode.Default, (_, random) => new FewProblem(random.Next(7)));
}
