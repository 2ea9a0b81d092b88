using System.Text.Json;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
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
        await ToyRun.RunAsync(_files.At("whole"), config, counter, scores: true);
        var expected = Contents(_files.At("whole"));
        Assert.InRange(counter.Events, 100, 1000);
        Assert.Contains(expected.Keys, file => file.Contains("diversity", StringComparison.Ordinal));

        for (var at = 0; at < counter.Events; at++)
        {
            var folder = _files.At($"at-{at}");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ToyRun.RunAsync(folder, config, new Interruption(at), scores: true));
            Assert.False(File.Exists(Path.Combine(folder, "manifest.json")));
            await ToyRun.RunAsync(folder, config, scores: true);
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
        var stage = new StageId("multiagent-ft", 2, StageActivity.Training);
        // As a process that is killed while it writes leaves it: the last chunk is not sealed.
        File.Delete(layout.Seal(stage.Name));
        using (var stream = File.OpenWrite(layout.Transcripts(stage))) stream.SetLength(stream.Length - 7);

        await ToyRun.RunAsync(_files.At("run"), config);

        Assert.Equal(expected, Contents(_files.At("run")));
    }

    /// <summary>Every output of a stage that has ended: cut, emptied or edited, it is refused by name, and nothing is written.</summary>
    [Theory]
    [InlineData("transcripts/base-0-evaluation.jsonl")]
    [InlineData("transcripts/multiagent-ft-1-training.jsonl")]
    [InlineData("datasets/multiagent-ft/iteration-1/critic-1.jsonl")]
    [InlineData("datasets/multiagent-ft/iteration-2/agents.counts.json")]
    [InlineData("adapters/multiagent-ft/iteration-1/generator-2.gguf")]
    [InlineData("adapters/single-agent-ft/iteration-2/single-agent.json")]
    public async Task ChangedOutputOfAnEndedStageIsRefused(string file)
    {
        var config = ToyRun.Small(_files);
        await ToyRun.RunAsync(_files.At("run"), config);
        File.Delete(_files.At("run/manifest.json"));
        var path = _files.At("run/" + file);
        var whole = File.ReadAllBytes(path);
        var edited = (byte[])whole.Clone();
        edited[edited.Length / 2] ^= 1;
        foreach (var content in (byte[][])[[], whole[..^1], edited])
        {
            File.WriteAllBytes(path, content);

            var error = await Assert.ThrowsAsync<InputException>(() => ToyRun.RunAsync(_files.At("run"), config));

            Assert.StartsWith(path + ": expected SHA-256 ", error.Message);
            Assert.Equal(content, File.ReadAllBytes(path));
            Assert.False(File.Exists(_files.At("run/manifest.json")));
        }
        File.WriteAllBytes(path, whole);
        await ToyRun.RunAsync(_files.At("run"), config);
    }

    /// <summary>JSON that the parser lets through, and that fails when it is read or written again.</summary>
    [Theory]
    [InlineData("config.json", "\"iterations\"", "\"\\ud800\"", "expected text of whole characters")]
    [InlineData("stages/multiagent-ft-1-training.seal.json", "\"format\"", "\"\\udc00x\"", "expected text of whole characters")]
    [InlineData("stages/multiagent-ft-1-training.json", "\"seconds\": ", "\"seconds\": 1e999, \"x\": ", "expected numbers up to 1.797e308, found 1e999")]
    [InlineData("stages/multiagent-ft-1-datasets.seal.json", "generator-1.jsonl", "generator-2.jsonl", "files: expected each file once, found datasets/multiagent-ft/iteration-1/generator-2.jsonl")]
    public async Task AnEditedFileOfTheFolderIsRefusedByName(string file, string part, string edited, string message)
    {
        var config = ToyRun.Small(_files);
        await ToyRun.RunAsync(_files.At("run"), config);
        File.Delete(_files.At("run/manifest.json"));
        var path = _files.At("run/" + file);
        var text = File.ReadAllText(path);
        Assert.Contains(part, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(part, edited, StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<InputException>(() => ToyRun.RunAsync(_files.At("run"), config));

        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EditedSummaryOfAFinishedRunIsRefused()
    {
        var config = ToyRun.Small(_files);
        await ToyRun.RunAsync(_files.At("run"), config);
        var path = _files.At("run/summary.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"accuracy\": 0", "\"accuracy\": 1"));

        var error = await Assert.ThrowsAsync<InputException>(() => ToyRun.RunAsync(_files.At("run"), config));

        Assert.Contains("summary.json: expected SHA-256 ", error.Message);
    }

    /// <summary>A run that is extended ends like one that had all its iterations from the start.</summary>
    [Fact]
    public async Task ExtendedRunEndsLikeALongerOne()
    {
        var longer = ToyRun.Small(_files);
        await ToyRun.RunAsync(_files.At("whole"), longer);
        await ToyRun.RunAsync(_files.At("run"), longer with { Iterations = 1 });

        await ToyRun.RunAsync(_files.At("run"), longer);

        Assert.Equal(Contents(_files.At("whole")), Contents(_files.At("run")));
        var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), longer with { Iterations = 1 }));
        Assert.Contains("iterations: expected 2, found 1", error.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(100)]
    public async Task ChunksOfAnotherSizeContinueARunWhereAnswersDoNotDependOnThem(int problems)
    {
        var config = ToyRun.Small(_files) with { Methods = ["debate"], ChunkProblems = 2 };
        await using var undisturbed = new ToyEngine(new Interruption()) { IsBatchInvariant = true };
        await RunAsync("whole", undisturbed, config);
        await using var killed = new ToyEngine(new Interruption(7)) { IsBatchInvariant = true };
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync("run", killed, config));
        await using var dependent = new ToyEngine(new Interruption());
        var error = await Assert.ThrowsAsync<InputException>(() => RunAsync("run", dependent, config with { ChunkProblems = problems }));
        Assert.Contains($"chunkProblems: expected 2, as with this decoder answers depend on it, found {problems}", error.Message);

        await using var last = new ToyEngine(new Interruption()) { IsBatchInvariant = true };
        await RunAsync("run", last, config with { ChunkProblems = problems });

        // Seals and clocks follow the chunks; the answers and what comes of them do not.
        foreach (var file in new[] { "config.json", "summary.json", "transcripts/debate-0-evaluation.jsonl" })
            Assert.Equal(File.ReadAllText(_files.At($"whole/{file}")), File.ReadAllText(_files.At($"run/{file}")));
        Assert.Equal(undisturbed.Requests.Count, killed.Requests.Count + last.Requests.Count);
        Assert.True(killed.Requests.Count > 0);

        async Task RunAsync(string folder, ToyEngine engine, RunConfig config)
        {
            using var open = RunFolder.Open(_files.At(folder), config);
            await new SelfImprovement(open, engine, new ArithmeticTask(), new ToyTrainer(new Interruption()), null, new StoppedClock()).RunAsync();
        }
    }

    /// <summary>Where answers do not depend on their company, none that has ended is asked for again, whatever the chunk.</summary>
    [Fact]
    public async Task EndedAnswersAreKeptWhateverTheChunk()
    {
        var config = ToyRun.Small(_files) with { Methods = ["debate"], ChunkProblems = 100 };
        await using var undisturbed = new ToyEngine(new Interruption()) { IsBatchInvariant = true };
        await RunAsync("whole", undisturbed);
        // The engine passes an interruption when a batch begins and when it ends.
        var answered = 0;
        for (var at = 0; ; at++)
        {
            await using var engine = new ToyEngine(new Interruption(at)) { IsBatchInvariant = true };
            try
            {
                await RunAsync("run", engine);
                answered += engine.Requests.Count;
                break;
            }
            catch (OperationCanceledException)
            {
                answered += engine.Requests.Count;
            }
        }

        Assert.Equal(undisturbed.Requests.Count, answered);
        Assert.Equal(Contents(_files.At("whole")), Contents(_files.At("run")));

        async Task RunAsync(string folder, ToyEngine engine)
        {
            using var open = RunFolder.Open(_files.At(folder), config);
            await new SelfImprovement(open, engine, new ArithmeticTask(), new ToyTrainer(new Interruption()), null, new StoppedClock()).RunAsync();
        }
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

    private static SortedDictionary<string, string> Contents(string folder) => FolderContents.Of(folder);
}
