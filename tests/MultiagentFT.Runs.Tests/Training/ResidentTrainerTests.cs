using Microsoft.Extensions.Time.Testing;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Tests.Fakes;
using MultiagentFT.Runs.Training;

namespace MultiagentFT.Runs.Tests.Training;

/// <summary>Against shell scripts that stand for the trainer; called as <c>sh SCRIPT train --follow</c>.</summary>
public sealed class ResidentTrainerTests : IDisposable
{
    private const string Report = """{"examples":3,"skipped":0,"steps":2,"tokens":30,"targetTokens":12,"firstLoss":1.5,"lastLoss":0.5,"seconds":0.1}""";

    /// <summary>Reads an order into <c>line</c>, its number into <c>job</c> and the path of the adapter into <c>out</c>.</summary>
    private const string Order = """
        order() {
          read -r line || exit 0
          job=$(echo "$line" | sed 's/.*"job":\([0-9]*\).*/\1/')
          out=$(echo "$line" | sed -n 's/.*"output":"\([^"]*\)".*/\1/p')
        }
        done_() { echo adapter > "$out"; echo "{\"job\":$job,\"report\":REPORT}"; }

        """;

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task TrainingsOneAfterTheOtherAreOneProcess()
    {
        var seen = new List<TrainingProgress>();
        await using var trainer = Trainer(
            """
            test "$1 $2" = "train --follow" || exit 9
            while order; do
              echo "{\"job\":$job,\"progress\":{\"step\":1,\"steps\":2,\"tokens\":$$,\"loss\":1.5,\"learningRate\":0.001}}"
              echo 'a native library says hello'
              done_
            done
            """);

        var first = await trainer.TrainAsync(Job("a"), new Listener(seen), default);
        await trainer.TrainAsync(Job("b"), new Listener(seen), default);

        Assert.Equal(new TrainingReport(3, 0, 2, 30, 12, 1.5, 0.5, 0.1), first);
        Assert.Equal(1, trainer.Starts);
        // The script's process id stands for the tokens.
        Assert.Equal(2, seen.Count);
        Assert.Single(seen.Select(step => step.Tokens).Distinct());
        Assert.True(File.Exists(_files.At("b.gguf")));
    }

    [Fact]
    public async Task WhatCannotBeDoneFailsAloneAndAnAccidentStartsAnother()
    {
        await using var trainer = Trainer(
            """
            order
            echo "{\"job\":$job,\"failure\":\"a.jsonl: no data\"}"
            order
            echo 'out of memory' >&2
            exit 137
            """);

        var refused = await Assert.ThrowsAsync<InputException>(() => trainer.TrainAsync(Job("a"), null, default));
        var accident = await Assert.ThrowsAsync<TrainingFailedException>(() => trainer.TrainAsync(Job("b"), null, default));
        var again = await Assert.ThrowsAsync<InputException>(() => trainer.TrainAsync(Job("c"), null, default));

        Assert.Equal($"training of {_files.At("a.gguf")}: a.jsonl: no data", refused.Message);
        Assert.Equal($"training of {_files.At("b.gguf")}: the trainer exited with code 137: out of memory", accident.Message);
        Assert.EndsWith("a.jsonl: no data", again.Message, StringComparison.Ordinal);
        Assert.Equal(2, trainer.Starts);
    }

    [Fact]
    public async Task ACancelledTrainingIsAskedToStopAndOthersGoOn()
    {
        using var cancellation = new CancellationTokenSource();
        await using var trainer = Trainer(
            """
            order; first=$job
            order; second=$job; kept=$out
            echo "{\"job\":$first,\"progress\":{\"step\":1,\"steps\":2,\"tokens\":1,\"loss\":1.5,\"learningRate\":0.001}}"
            read -r line
            echo "$line" | grep -q "\"job\":$first,.*\"stop\":true" || exit 9
            echo "{\"job\":$first,\"stopped\":true}"
            job=$second; out=$kept; done_
            while order; do done_; done
            """);

        var stopped = trainer.TrainAsync(Job("a"), new Canceller(cancellation), cancellation.Token);
        var other = trainer.TrainAsync(Job("b"), null, default);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        await other;
        await trainer.TrainAsync(Job("c"), null, default);
        Assert.Equal(1, trainer.Starts);
    }

    [Fact]
    public async Task TheProcessGoesWhenItHasBeenIdle()
    {
        var clock = new FakeTimeProvider();
        await using var trainer = Trainer("while order; do done_; done", clock);

        await trainer.TrainAsync(Job("a"), null, default);
        clock.Advance(TimeSpan.FromSeconds(50));
        await trainer.TrainAsync(Job("b"), null, default);
        Assert.Equal(1, trainer.Starts);
        clock.Advance(TimeSpan.FromSeconds(59));
        await trainer.TrainAsync(Job("c"), null, default);
        Assert.Equal(1, trainer.Starts);
        clock.Advance(TimeSpan.FromSeconds(61));
        await trainer.TrainAsync(Job("d"), null, default);

        Assert.Equal(2, trainer.Starts);
    }

    [Fact]
    public async Task AMissingProgramIsNamed()
    {
        await using var trainer = new ResidentTrainer(new TrainerCommand(_files.At("no-such-program"), []));
        var error = await Assert.ThrowsAsync<InputException>(() => trainer.TrainAsync(Job("a"), null, default));
        Assert.Contains("no-such-program", error.Message, StringComparison.Ordinal);
    }

    private ResidentTrainer Trainer(string script, TimeProvider? time = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var path = _files.Write("trainer.sh", (Order + script).Replace("REPORT", Report.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal));
        return new ResidentTrainer(new TrainerCommand("/bin/sh", [path]), TimeSpan.FromMinutes(1), time);
    }

    private TrainingJob Job(string name) => new() { Model = "base.gguf", Dataset = "d.jsonl", Output = _files.At($"{name}.gguf") };

    private sealed class Listener(List<TrainingProgress> steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => cancellation.Cancel();
    }
}
