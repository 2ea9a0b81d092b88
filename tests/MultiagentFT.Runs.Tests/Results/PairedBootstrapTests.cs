using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Results;

public sealed class PairedBootstrapTests
{
    /// <summary>Two problems, one of them won: the difference of a resample is 0 in 1/4, 1/2 in 1/2 and 1 in 1/4 of all.</summary>
    [Fact]
    public void TwoProblemsByHand() => Assert.Equal((0, 1), Ends((1, 0, 2)));

    /// <summary>Of ten problems one is lost: none of it in 0.9^10 = 35 % of all resamples, and at least four in 1.3 %.</summary>
    [Fact]
    public void TenProblemsByHand() => Assert.Equal((-0.3, 0), Ends((0, 1, 10)));

    [Fact]
    public void WhatNeverDiffersHasNoWidth()
    {
        Assert.Equal((0, 0), Ends((0, 0, 50)));
        Assert.Equal((1, 1), Ends((50, 0, 50)));
    }

    /// <summary>Drawing problems is the slow twin.</summary>
    [Theory]
    [InlineData(new[] { 40, 12 }, 200)]
    [InlineData(new[] { 3, 30 }, 120)]
    [InlineData(new[] { 20, 20 }, 90)]
    [InlineData(new[] { 20, 5, 4, 9, 0, 2 }, 80)]
    public void PercentilesAreThoseOfResamples(int[] counts, int problems)
    {
        (int Won, int Lost, int Problems)[] runs = [.. counts.Chunk(2).Select(run => (run[0], run[1], problems))];
        var random = new Seed(7).Generator();
        const int Resamples = 20_000;
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            means[i] = runs.Average(run => Enumerable.Range(0, problems).Sum(_ => Outcome(run, random.Next(problems))) / (double)problems);
        }
        Array.Sort(means);

        var (low, high) = Ends(runs);

        // A percentile of so many draws is off by a step or so.
        var step = 2.0 / (problems * runs.Length);
        Assert.InRange(low, means[(int)(0.025 * Resamples)] - step, means[(int)(0.025 * Resamples)] + step);
        Assert.InRange(high, means[(int)(0.975 * Resamples)] - step, means[(int)(0.975 * Resamples)] + step);

        static int Outcome((int Won, int Lost, int Problems) run, int problem) => problem < run.Won ? 1 : problem < run.Won + run.Lost ? -1 : 0;
    }

    /// <summary>Each run counts by its problems: two that are always won and one that never is are two of three, and of three with one at chance it is never less than two.</summary>
    [Fact]
    public void RunsCountByTheirProblems()
    {
        Assert.Equal((2 / 3.0, 2 / 3.0), Ends((2, 0, 2), (0, 0, 1)));
        Assert.Equal((2 / 4.0, 4 / 4.0), Ends((2, 0, 2), (1, 0, 2)));
        var (low, high) = Ends((5000, 0, 5000), (500, 500, 1000));
        Assert.Equal((5 / 6.0) - (1.959963984540054 * Math.Sqrt(1000) / 6000), low, 12);
        Assert.Equal((5 / 6.0) + (1.959963984540054 * Math.Sqrt(1000) / 6000), high, 12);
    }

    /// <summary>With many problems the distribution is taken for normal.</summary>
    [Fact]
    public void ManyProblemsComeToWhatFewerTend()
    {
        var (exactLow, exactHigh) = Ends((400, 200, 4000));
        var (low, high) = Ends((410, 205, 4100));
        Assert.Equal(exactLow, low, 3);
        Assert.Equal(exactHigh, high, 3);
        var (unequalLow, unequalHigh) = Ends((100, 50, 1000), (100, 50, 1001));
        var (equalLow, equalHigh) = Ends((100, 50, 1000), (100, 50, 1000));
        Assert.Equal(equalLow, unequalLow, 3);
        Assert.Equal(equalHigh, unequalHigh, 3);
    }

    private static (double Low, double High) Ends(params (int Won, int Lost, int Problems)[] runs)
    {
        var interval = PairedBootstrap.Of(runs);
        return (interval.Low, interval.High);
    }
}
