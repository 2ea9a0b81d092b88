using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Results;

public sealed class GainTests
{
    private static readonly ArithmeticTask Task = new();

    [Fact]
    public void DifferencesArePairedByProblem()
    {
        var gain = Gain.Of(Of("multiagent-ft", 2, "1111"), Of("debate", 0, "1100"));

        // 2 gained and 0 lost of 4, and one of each more: ((3 + 1) - (3 - 1)^2 / 6) / 6^2.
        Assert.Equal(new Gain("multiagent-ft", 2, "debate", 0, 0.5, Math.Sqrt((4 - (4 / 6.0)) / 36), 2, 0, 0.5) { Problems = 4 }, gain with { PValue = Math.Round(gain.PValue, 12) });
    }

    /// <summary>The square of 50 000 is more than 32 bits hold: ((50 000 + 2) - 50 000^2 / 50 002) / 50 002^2.</summary>
    [Fact]
    public void ManyProblemsHaveTheirStandardError() =>
        Assert.Equal(4e-5, Gain.Of(Of("multiagent-ft", 1, new string('1', 50_000)), Of("base", 0, new string('0', 50_000))).StandardError, 8);

    [Fact]
    public void TheSameAnswersDifferByNothingThatIsKnown() =>
        Assert.Equal(new Gain("majority", 0, "base", 0, 0, Math.Sqrt(2 / 16.0), 0, 0, 1) { Problems = 2 }, Gain.Of(Of("majority", 0, "10"), Of("base", 0, "10")));

    /// <summary>Exact binomial tails by hand: 2 (1 + 10 + 45) / 2^10, and 1 where both sides are equal.</summary>
    [Theory]
    [InlineData("11111111000", "00000000110", 8, 2, 112 / 1024.0)]
    [InlineData("1100", "0011", 2, 2, 1)]
    [InlineData("1111111111", "0000000000", 10, 0, 2 / 1024.0)]
    public void McNemarCountsOnlyProblemsOnWhichTheTwoDiffer(string better, string than, int won, int lost, double p)
    {
        var gain = Gain.Of(Of("multiagent-ft", 1, better), Of("base", 0, than));

        Assert.Equal((won, lost), (gain.Won, gain.Lost));
        Assert.Equal(p, gain.PValue, 12);
    }

    [Fact]
    public void TheLastSocietyIsComparedWithTheLastOfEveryOtherMethod()
    {
        var gains = Gain.OfLast(
        [
            Of("base", 0, "0000"), Of("single-agent-ft", 1, "1110"), Of("multiagent-ft", 1, "1111"),
            Of("single-agent-ft", 2, "1000"), Of("multiagent-ft", 2, "1110"),
        ]);

        Assert.Equal(
            [(2, "base", 0, 0.75), (2, "single-agent-ft", 2, 0.5)],
            gains.Select(gain => (gain.Iteration, gain.Over, gain.OverIteration, gain.Difference)));
    }

    [Fact]
    public void EveryRowIsComparedWithEveryRowBeforeIt()
    {
        var gains = Gain.OfAll([Of("base", 0, "0000"), Of("debate", 0, "0011"), Of("multiagent-ft", 1, "1011"), Of("multiagent-ft", 2, "0001")]);

        Assert.Equal(
            [
                ("debate", 0, "base", 0, 0.5), ("multiagent-ft", 1, "base", 0, 0.75), ("multiagent-ft", 1, "debate", 0, 0.25),
                ("multiagent-ft", 2, "base", 0, 0.25), ("multiagent-ft", 2, "debate", 0, -0.25), ("multiagent-ft", 2, "multiagent-ft", 1, -0.5),
            ],
            gains.Select(gain => (gain.Name, gain.Iteration, gain.Over, gain.OverIteration, gain.Difference)));
    }

    [Fact]
    public void NothingFinetunedMeansNoGain() => Assert.Empty(Gain.OfLast([Of("base", 0, "1"), Of("debate", 0, "1")]));

    [Fact]
    public void ResultAddsWhatWasSpentBefore()
    {
        var result = (Of("multiagent-ft", 1, "1110") with { Seconds = 2, Before = new Cost(100, 200, 3.5) }).Result(Task) with { Debate = null };

        Assert.Equal(
            new MethodResult("multiagent-ft", 1, 0.75, Math.Sqrt(0.75 * 0.25 / 4), 4, 1, 20, 100, 200, 5.5, 2), result);
    }

    [Fact]
    public void ResultCountsFailedAndCutAnswers()
    {
        var whole = Of("debate", 0, "111");
        var turn = whole.Transcripts[0].Turns[0];
        var summary = new SummaryTurn("", 0, 0, 0, new GenerationFailure(FailureKind.PromptTooLong, "no room"));
        var evaluation = whole with
        {
            Transcripts =
            [
                whole.Transcripts[0] with { Turns = [turn, turn with { Failure = new(FailureKind.PromptTooLong, "no room"), Finish = FinishReason.Failed }] },
                whole.Transcripts[1] with { Turns = [turn with { Finish = FinishReason.Length, Summary = summary }] },
                whole.Transcripts[2],
            ],
        };

        Assert.Equal((2, 1), (evaluation.Result(Task).FailedAnswers, evaluation.Result(Task).CutAnswers));
        Assert.Equal((0, 0), (whole.Result(Task).FailedAnswers, whole.Result(Task).CutAnswers));
    }

    private static Evaluation Of(string method, int iteration, string correct) => new(
        MethodCatalog.Default[method],
        iteration,
        [.. correct.Select((right, index) => new Transcript(
            FileFormat.Current,
            $"{index}",
            "?",
            "1",
            [new Turn(1, 0, "generator-1", null, 0, "?", "1", "1", 1, 5, FinishReason.EndOfTurn)],
            [new RoundVote(1, "1", 1, 1, right == '1')]))],
        0,
        default);
}
