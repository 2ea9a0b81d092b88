using System.Text.Json;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests;

public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task InterruptedAnywhereEndsWithTheSameFolder()
    {
        var config = ToyRun.Small(_files);
        var counter = new Interruption();
        await ToyRun.RunAsync(_files.At("whole"), config, counter);
        var expected = Contents(_files.At("whole"));
        Assert.InRange(counter.Events, 100, 1000);

        for (var at = 0; at < counter.Events; at++)
        {
            var folder = _files.At($"at-{at}");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ToyRun.RunAsync(folder, config, new Interruption(at)));
            Assert.False(File.Exists(Path.Combine(folder, "manifest.json")));
            await ToyRun.RunAsync(folder, config);
            var actual = Contents(folder);
            Assert.Equal(expected.Keys, actual.Keys);
            Assert.All(expected, file => Assert.Equal(file.Value, actual[file.Key]));
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task TornTranscriptIsCutOffAndWrittenAgain()
    {
        var config = ToyRun.Small(_files);
        await ToyRun.RunAsync(_files.At("run"), config);
        var expected = Contents(_files.At("run"));
        var layout = new RunLayout(_files.At("run"));
        File.Delete(layout.Manifest);
        var transcripts = layout.Transcripts(new StageId("multiagent-ft", 2, StageActivity.Training));
        using (var stream = File.OpenWrite(transcripts)) stream.SetLength(stream.Length - 7);

        await ToyRun.RunAsync(_files.At("run"), config);

        Assert.Equal(expected, Contents(_files.At("run")));
    }

    [Fact]
    public async Task MissingAdapterIsTrainedAgain()
    {
        var config = ToyRun.Small(_files);
        await ToyRun.RunAsync(_files.At("run"), config);
        var expected = Contents(_files.At("run"));
        var layout = new RunLayout(_files.At("run"));
        File.Delete(layout.Manifest);
        File.Delete(layout.Adapter("multiagent-ft", 2, "critic-2"));
        var trainer = new ToyTrainer(new Interruption());

        await ToyRun.RunAsync(_files.At("run"), config, trainer: trainer);

        Assert.Equal(layout.Adapter("multiagent-ft", 2, "critic-2"), Assert.Single(trainer.Jobs).Output);
        Assert.Equal(expected, Contents(_files.At("run")));
    }

    [Fact]
    public async Task FinishedRunIsReadBackWithoutWork()
    {
        var config = ToyRun.Small(_files);
        var first = await ToyRun.RunAsync(_files.At("run"), config);
        var (nothing, recorder) = (new Interruption(at: 0), new Recorder());

        var second = await ToyRun.RunAsync(_files.At("run"), config, nothing, recorder);

        Assert.Equal(0, nothing.Events);
        Assert.Empty(recorder.Events);
        Assert.Equal(JsonSerializer.Serialize(first), JsonSerializer.Serialize(second));
    }

    [Fact]
    public async Task ResumedStagesAreReportedAsSkipped()
    {
        var config = ToyRun.Small(_files);
        await ToyRun.RunAsync(_files.At("run"), config);
        File.Delete(_files.At("run/manifest.json"));
        var recorder = new Recorder();

        await ToyRun.RunAsync(_files.At("run"), config, new Interruption(at: 0), recorder);

        Assert.All(recorder.Events.OfType<StageFinished>(), stage => Assert.True(stage.Skipped));
        Assert.All(recorder.Events.OfType<StageStarted>(), stage => Assert.Equal(stage.Total, stage.Done));
    }

    private static SortedDictionary<string, string> Contents(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != ".lock")
            .ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllText),
        StringComparer.Ordinal);
}
