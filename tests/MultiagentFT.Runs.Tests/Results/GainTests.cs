using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Results;

public sealed class GainTests
{
    [Fact]
    public void DifferencesArePairedByProblem()
    {
        var gain = Gain.Of(Of("multiagent-ft", 2, "1111"), Of("debate", 0, "1100"));

        // 2 gained and 0 lost of 4, and one of each more: ((3 + 1) - (3 - 1)^2 / 6) / 6^2.
        Assert.Equal(new Gain("multiagent-ft", 2, "debate", 0, 0.5, Math.Sqrt((4 - (4 / 6.0)) / 36)), gain);
    }

    [Fact]
    public void TheSameAnswersDifferByNothingThatIsKnown() =>
        Assert.Equal(new Gain("majority", 0, "base", 0, 0, Math.Sqrt(2 / 16.0)), Gain.Of(Of("majority", 0, "10"), Of("base", 0, "10")));

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
    public void NothingFinetunedMeansNoGain() => Assert.Empty(Gain.OfLast([Of("base", 0, "1"), Of("debate", 0, "1")]));

    [Fact]
    public void ResultAddsWhatWasSpentBefore()
    {
        var result = (Of("multiagent-ft", 1, "1110") with { Seconds = 2, Before = new Cost(100, 200, 3.5) }).Result();

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

        Assert.Equal((2, 1), (evaluation.Result().FailedAnswers, evaluation.Result().CutAnswers));
        Assert.Equal((0, 0), (whole.Result().FailedAnswers, whole.Result().CutAnswers));
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
