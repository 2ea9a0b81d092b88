using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests;

/// <summary>What the engine cannot answer must not pass for a result.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task ChunkWithoutAnyAnswerEndsTheRunAndIsNotKept()
    {
        var error = await Assert.ThrowsAsync<GenerationException>(() => RunAsync(_ => new(FailureKind.PromptTooLong, "prompt: expected at most 512 tokens")));

        Assert.Equal("all 8 answers failed: prompt: expected at most 512 tokens", error.Message);
        Assert.False(File.Exists(new RunLayout(_files.At("run")).Transcripts(new StageId("majority", 0, StageActivity.Evaluation))));
    }

    [Fact]
    public async Task LostAnswersAreTriedAgain()
    {
        var error = await Assert.ThrowsAsync<GenerationException>(() => RunAsync(index => index == 3 ? new(FailureKind.DecodingFailed, "decoding failed: no memory") : null));
        var summary = await RunAsync(_ => null);

        Assert.Equal("1 answers failed: decoding failed: no memory", error.Message);
        Assert.Equal((0, 5), (summary.Methods[0].FailedAnswers, summary.Methods[0].Problems));
    }

    [Fact]
    public async Task SingleFailuresAreCounted()
    {
        var summary = await RunAsync(index => index == 0 ? new(FailureKind.PromptTooLong, "prompt: expected at most 512 tokens") : null);

        // One in each of two chunks.
        Assert.Equal(2, summary.Methods[0].FailedAnswers);
        Assert.Contains("Majority: 2 answers failed.", await File.ReadAllTextAsync(_files.At("run/report.html")));
    }

    private async Task<Summary> RunAsync(Func<int, GenerationFailure?> failure)
    {
        var config = ToyRun.Small(_files) with { Methods = ["majority"] };
        using var folder = RunFolder.Open(_files.At("run"), config);
        await using var engine = new ToyEngine(new Interruption()) { Failure = failure };
        return await new SelfImprovement(folder, engine, new ArithmeticTask(), new ToyTrainer(new Interruption())).RunAsync();
    }
}
