using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Tests.Fakes;
using MultiagentFT.Runs.Training;

namespace MultiagentFT.Runs.Tests.Training;

/// <summary>Against shell scripts that stand for the trainer; called as <c>sh SCRIPT train --job FILE --progress-json</c>.</summary>
public sealed class TrainerProcessTests : IDisposable
{
    private const string Report =
        """{"examples":3,"skipped":0,"steps":2,"tokens":30,"targetTokens":12,"firstLoss":1.5,"lastLoss":0.5,"seconds":0.1}""";

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task ProgressAndReportComeBack()
    {
        var steps = new List<TrainingProgress>();

        var report = await TrainAsync(
            $$"""
            test "$1 $2 $4" = "train --job --progress-json" || exit 9
            grep -q '"model": "base.gguf"' "$3" || exit 8
            echo '{"step":1,"steps":2,"tokens":15,"loss":1.5,"learningRate":0.001}'
            echo 'a native library says hello'
            echo '{"step":2,"steps":2,"tokens":30,"loss":0.5,"learningRate":0}'
            echo adapter > '{{_files.At("a.gguf")}}'
            echo '{{Report}}' > '{{_files.At("a.json")}}'
            """,
            new Listener(steps));

        Assert.Equal([new(1, 2, 15, 1.5, 0.001), new(2, 2, 30, 0.5, 0)], steps);
        Assert.Equal(new TrainingReport(3, 0, 2, 30, 12, 1.5, 0.5, 0.1), report);
    }

    [Fact]
    public async Task SeveralJobsAreOneProcessAndEachFailsAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var script = _files.Write("trainer.sh", $$$"""
            test "$1 $2 $6 $7 $8" = "train --job --side-by-side 2 --progress-json" || exit 9
            grep -q 'b.gguf"' "$4" || exit 8
            echo '{"job":0,"progress":{"step":1,"steps":2,"tokens":15,"loss":1.5,"learningRate":0.001}}'
            echo adapter > '{{{_files.At("a.gguf")}}}'
            echo '{{{Report}}}' > '{{{_files.At("a.json")}}}'
            echo '{"job":0,"report":{{{Report}}} }'
            echo '{"job":1,"failure":"b.jsonl: no data"}'
            echo 'out of memory' >&2
            exit 137
            """);
        TrainingJob[] jobs = [.. "abc".Select(name => Job() with { Output = _files.At($"{name}.gguf") })];
        var (steps, trained) = (new List<(int, int)>(), new List<int>());

        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => new TrainerProcess(new TrainerCommand("/bin/sh", [script]))
            .TrainAllAsync(jobs, 2, (job, step) => steps.Add((job, step.Step)), (job, report) => trained.Add(job + report.Examples), default));

        Assert.Equal([(0, 1)], steps);
        Assert.Equal([3], trained);
        Assert.Equal(
            $"training of {jobs[1].Output}: b.jsonl: no data\n  training of {jobs[2].Output}: the trainer exited with code 137: out of memory", error.Message);
    }

    [Fact]
    public async Task FailureCarriesTheLastMessages()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => TrainAsync(
            "i=0; while [ $i -lt 50 ]; do echo line-$i >&2; i=$((i+1)); done; echo 'model.gguf: truncated' >&2; exit 2"));

        Assert.Contains("exited with code 2", error.Message);
        Assert.EndsWith("line-49\nmodel.gguf: truncated", error.Message);
        Assert.DoesNotContain("line-12\n", error.Message);
    }

    [Fact]
    public async Task OnlyExitCodeTwoBlamesTheInput()
    {
        var error = await Assert.ThrowsAsync<TrainingFailedException>(() => TrainAsync("echo 'out of memory' >&2; exit 137"));

        Assert.EndsWith("a.gguf: the trainer exited with code 137: out of memory", error.Message);
    }

    [Fact]
    public async Task SuccessWithoutAdapterIsAFailure() =>
        Assert.Contains("a.gguf", (await Assert.ThrowsAsync<InputException>(() => TrainAsync("exit 0"))).Message);

    [Fact]
    public async Task MissingProgramIsNamed()
    {
        var trainer = new TrainerProcess(new TrainerCommand(_files.At("no-such-program"), []));
        var error = await Assert.ThrowsAsync<InputException>(() => trainer.TrainAsync(Job(), null, default));
        Assert.Contains("no-such-program", error.Message);
    }

    [Fact]
    public async Task CancellationEndsTheProcessAndItsChildren()
    {
        using var cancellation = new CancellationTokenSource();
        var pids = new List<int>();

        // The script reports its own and its child's process id as steps, then waits for ever.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainAsync(
            """
            sleep 1000 & child=$!
            echo "{\"step\":$$,\"steps\":0,\"tokens\":0,\"loss\":0,\"learningRate\":0}"
            echo "{\"step\":$child,\"steps\":0,\"tokens\":0,\"loss\":0,\"learningRate\":0}"
            wait
            """,
            new Canceller(pids, cancellation),
            cancellation.Token));

        Assert.Equal(2, pids.Count);
        Assert.All(pids, pid => Assert.True(IsGone(pid), $"process {pid} is still there"));
    }

    private static bool IsGone(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return process.HasExited || process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private TrainingJob Job() => new() { Model = "base.gguf", Dataset = "d.jsonl", Output = _files.At("a.gguf") };

    private Task<TrainingReport> TrainAsync(
        string script, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var command = new TrainerCommand("/bin/sh", [_files.Write("trainer.sh", script)]);
        return new TrainerProcess(command).TrainAsync(Job(), progress, cancellation);
    }

    private sealed class Listener(List<TrainingProgress> steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Add(value);
    }

    private sealed class Canceller(List<int> pids, CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            pids.Add(value.Step);
            if (pids.Count == 2) cancellation.Cancel();
        }
    }
}
