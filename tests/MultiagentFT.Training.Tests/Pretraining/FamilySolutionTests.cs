using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Symbolic;
using MultiagentFT.Debate.Tasks.Words;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed class FamilySolutionTests
{
    private static MistakeRates None => default;

    private readonly SplitMix64 _random = new Seed(4).Generator();

    private IEnumerable<(IGeneratedProblem Problem, Func<MistakeRates, IWorkedSolution> Solve)> Problems(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var words = WordProblem.Draw(Split.Pretraining, _random);
            yield return (words, rates => WordProblemSolution.Of(words, rates, _random));
            var symbolic = SymbolicProblem.Draw(Split.Pretraining, _random);
            yield return (symbolic, rates => SymbolicSolution.Of(symbolic, rates, _random));
        }
    }

    [Fact]
    public void WithoutMistakesEveryStepAndTheAnswerAreRightInBothWays()
    {
        var columns = 0;
        foreach (var (problem, solve) in Problems(4_000))
        {
            var solution = solve(None);
            Assert.Equal(problem.Answer, solution.Answer);
            Assert.True(solution.TakesDifferencesRight);
            Assert.EndsWith($"so {problem.Answer}.", solution.Summary(), StringComparison.Ordinal);
            foreach (var way in Enum.GetValues<DifferenceWay>())
            {
                var text = solution.Text(way);
                Assert.Equal(problem.Answer, BoxedAnswer.Last(text));
                Assert.All(text.Split('\n'), line => Assert.True(WrittenSteps.IsRight(line), $"{problem.Id}: {line}"));
                if (way == DifferenceWay.InColumns && text != solution.Text()) columns++;
            }
        }
        Assert.InRange(columns / 8_000.0, 0.4, 0.9);
    }

    [Fact]
    public void MistakesSpoilAnswersAsOftenAsTheirRatesAllow()
    {
        var (wrong, misread, slips) = (0, 0, 0);
        foreach (var (problem, solve) in Problems(2_000))
        {
            var solution = solve(new MistakeRates(0, 0.1, 0.1));
            var isRight = solution.Text().Split('\n').All(WrittenSteps.IsRight);
            if (solution.Answer == problem.Answer) continue;
            wrong++;
            if (isRight && problem is WordProblem) misread++;
            if (!isRight) slips++;
            Assert.Equal(solution.Answer, BoxedAnswer.Last(solution.Text()));
        }
        Assert.InRange(wrong / 4_000.0, 0.15, 0.45);
        Assert.InRange(misread / 4_000.0, 0.02, 0.15);
        Assert.True(slips > misread, $"{slips} slips");
    }

    [Fact]
    public void WordProblemsAreWorkedALineForEveryStep()
    {
        var problem = new WordProblem(4, [new(WordOperation.Multiply, 36), new(WordOperation.Subtract, 57), new(WordOperation.Divide, 3)]);

        var solution = WordProblemSolution.Of(problem, None, _random);

        Assert.Equal("4*36=144\n144-57=87\n87/3=29\n\\boxed{29}", solution.Text());
        Assert.Equal("4*36=144\nstep by step\n144-057\n14-7=7\n14-5-1=8\n1-0-1=0\n144-57=87\n87/3=29\n\\boxed{29}", solution.Text(DifferenceWay.InColumns));
        Assert.Equal("144 then 87, so 29.", solution.Summary());
    }

    public static TheoryData<SymbolicProblem, string, string> Worked => new()
    {
        { new LinearEquation(7, 12, 0, 61), "61-12=49\n49/7=7\n\\boxed{7}", "49, so 7." },
        { new LinearEquation(7, -12, 0, 37), "37+12=49\n49/7=7\n\\boxed{7}", "49, so 7." },
        { new LinearEquation(7, 12, 3, 60), "7-3=4\n60-12=48\n48/4=12\n\\boxed{12}", "4 then 48, so 12." },
        { new Remainder(47, 85, 7), "47+85=132\n18*7=126\n132-126=6\n\\boxed{6}", "132 then 126, so 6." },
        { new Remainder(10, 0, 12), "0*12=0\n10-0=10\n\\boxed{10}", "0, so 10." },
        { new CommonDivisor(48, 18), "2*18=36\n48-36=12\n18-12=6\n2*6=12\n12-12=0\n\\boxed{6}", "36 then 12 then 6 then 12 then 0, so 6." },
        { new FractionSum(3, 4, false, 5, 6), "3*6=18\n5*4=20\n18+20=38\n4*6=24\n38/24=19/12\n\\boxed{19/12}", "18 then 20 then 38 then 24, so 19/12." },
        { new FractionSum(5, 8, false, 1, 8), "5+1=6\n6/8=3/4\n\\boxed{3/4}", "6, so 3/4." },
        { new FractionSum(1, 2, false, 1, 3), "1*3=3\n1*2=2\n3+2=5\n2*3=6\n\\boxed{5/6}", "3 then 2 then 5 then 6, so 5/6." },
        { new FractionSum(7, 6, true, 1, 6), "7-1=6\n6/6=1\n\\boxed{1}", "6, so 1." },
    };

    [Theory]
    [MemberData(nameof(Worked))]
    public void SymbolicProblemsAreWorkedAsAtSchool(SymbolicProblem problem, string text, string summary)
    {
        var solution = SymbolicSolution.Of(problem, None, _random);

        Assert.Equal((text, summary), (solution.Text(), solution.Summary()));
    }
}
