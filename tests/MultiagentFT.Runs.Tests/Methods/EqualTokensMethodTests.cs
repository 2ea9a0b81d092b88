using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Methods;

public sealed class EqualTokensMethodTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task TheVoteCostsTheTokensOfTheRunsOwnDebate()
    {
        var config = ToyRun.Small(_files) with { Methods = ["majority-equal-tokens", "debate"], EvaluationProblems = 40 };

        var rows = (await ToyRun.RunAsync(_files.At("run"), config)).Methods;

        Assert.Equal(["majority-equal-tokens", "debate"], rows.Select(row => row.Name));
        var perAnswer = rows[0].GeneratedTokens / (double)rows[0].Answers;
        Assert.InRange(Math.Abs(rows[0].GeneratedTokens - rows[1].GeneratedTokens), 0, 0.6 * perAnswer);
        Assert.NotEqual(rows[1].Answers, rows[0].Answers);
        var samples = TranscriptFile.Read(new RunLayout(_files.At("run")).Transcripts(new StageId("majority-equal-tokens", 0, StageActivity.Evaluation)));
        Assert.All(samples, sample => Assert.Equal(rows[0].Answers, sample.Turns.Count));
        Assert.All(samples[0].Turns, turn => Assert.Equal("base", turn.Speaker));
    }

    [Theory]
    [InlineData(3, 2, true, 9)]
    [InlineData(3, 2, false, 6)]
    [InlineData(4, 3, true, 20)]
    public void WithoutADebateAsManyAnswersAsItsTurns(int agents, int rounds, bool summarize, int answers)
    {
        var config = ToyRun.Small(_files) with { Debate = new DebateOptions { Agents = agents, Rounds = rounds, Summarize = summarize } };

        Assert.Equal(answers, EqualTokensMethod.Answers(new AnswerContext(config, new ArithmeticTask(), Society.OfBase(agents), [])));
    }
}
