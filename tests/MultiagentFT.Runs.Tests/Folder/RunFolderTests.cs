using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Folder;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void OtherConfigurationIsRejectedKeyByKey()
    {
        var config = ToyRun.Small(_files);
        RunFolder.Open(_files.At("run"), config).Dispose();
        var other = config with { Seed = 9, Debate = config.Debate with { Agents = 4 }, Methods = ["base"] };

        var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), other));

        Assert.Contains("seed: expected 1, found 9", error.Message);
        Assert.Contains("debate.agents: expected 2, found 4", error.Message);
        Assert.Contains("comparisons: expected [\"base\",\"greedy\"", error.Message);
        Assert.DoesNotContain("iterations:", error.Message);
        RunFolder.Open(_files.At("run"), config).Dispose();
    }

    [Fact]
    public void ChangedModelIsRejected()
    {
        var config = ToyRun.Small(_files);
        RunFolder.Open(_files.At("run"), config).Dispose();
        _files.Write("toy.gguf", "other weights");

        var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config));

        Assert.Contains("toy.gguf: expected SHA-256 ", error.Message);
    }

    [Fact]
    public void EqualModelElsewhereContinues()
    {
        var config = ToyRun.Small(_files);
        RunFolder.Open(_files.At("run"), config).Dispose();
        var elsewhere = _files.Write("copy.gguf", File.ReadAllText(config.Model));

        using (var folder = RunFolder.Open(_files.At("run"), config with { Model = elsewhere }))
            Assert.Equal(elsewhere, folder.Config.Model);
        _files.Write("copy.gguf", "other weights");

        var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config with { Model = elsewhere }));
        Assert.Contains("model: expected ", error.Message);
    }

    [Fact]
    public void SettingsOfSpeedContinueARun()
    {
        var config = ToyRun.Small(_files);
        RunFolder.Open(_files.At("run"), config).Dispose();
        var faster = config with { Trainers = 3, Engine = new() { Threads = 7, Slots = 3 }, Training = new() { Threads = 2 } };

        using var folder = RunFolder.Open(_files.At("run"), faster);

        Assert.Equal(7, folder.Config.Engine.Threads);
    }

    [Fact]
    public void MoreProblemsAreRefusedWithTheReason()
    {
        var config = ToyRun.Small(_files);
        RunFolder.Open(_files.At("run"), config).Dispose();

        var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config with { TrainingProblems = 12, EvaluationProblems = 9 }));

        Assert.Equal(
            $"{_files.At("run")}: holds a run with another configuration; use its own (iterations may be more) or another folder"
                + "\n  evaluationProblems: expected 5, found 9; all of its methods and iterations are measured on the same"
                + "\n  trainingProblems: expected 6, found 12; all that its agents have learned comes from as many",
            error.Message);
    }

    [Fact]
    public async Task TheLeastNumberOfExamplesMayChangeWhereItChangesNothing()
    {
        var config = ToyRun.Small(_files) with { Methods = ["multiagent-ft"], Iterations = 1 };
        await ToyRun.RunAsync(_files.At("run"), config);
        var counts = JsonFile.Read<Dictionary<string, int>>(new RunLayout(_files.At("run")).DatasetCounts("multiagent-ft", 1)).Values;
        var (least, most) = (counts.Min(), counts.Max());
        Assert.True(least < most);
        Assert.Contains("minimumExamples: expected 1, found 2", Refusal(config with { MinimumExamples = 2 }));
        File.Delete(_files.At("run/manifest.json"));

        Assert.Contains($"minimumExamples: expected 1, found {most}", Refusal(config with { MinimumExamples = most }));
        using (var folder = RunFolder.Open(_files.At("run"), config with { MinimumExamples = Math.Max(1, least) })) Assert.Equal(Math.Max(1, least), folder.Config.MinimumExamples);
        RunFolder.Open(_files.At("run"), config with { MinimumExamples = Math.Max(1, least) }).Dispose();

        string Refusal(RunConfig other) => Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), other)).Message;
    }

    [Fact]
    public void FolderOfTheFirstVersionIsRefusedBySayingSo()
    {
        var config = ToyRun.Small(_files);
        RunFolder.Open(_files.At("run"), config).Dispose();
        _files.Write("run/inputs.json", "[]");

        foreach (var read in (Action[])[() => RunFolder.Open(_files.At("run"), config), () => SavedSociety.Latest(_files.At("run"))])
            Assert.Contains("inputs.json: expected format 2, found no \"format\", as version 1 wrote it; use", Assert.Throws<InputException>(read).Message);
    }

    [Fact]
    public void MissingModelIsNamedAndNothingIsLeftThatHinders()
    {
        var config = ToyRun.Small(_files);
        File.Delete(config.Model);
        Assert.Contains("toy.gguf", Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config)).Message);
        _files.Write("toy.gguf", "weights");
        RunFolder.Open(_files.At("run"), config).Dispose();
    }

    [Fact]
    public void RelativePathsMeanTheSameWhenContinued()
    {
        var config = ToyRun.Small(_files);
        config = config with { Model = Path.GetRelativePath(Environment.CurrentDirectory, config.Model) };

        for (var time = 0; time < 2; time++)
        {
            using var folder = RunFolder.Open(_files.At("run"), config);
            Assert.Equal(_files.At("toy.gguf"), folder.Config.Model);
        }
    }

    [Fact]
    public void OnlyOneProcessRunsInAFolder()
    {
        var config = ToyRun.Small(_files);
        using (RunFolder.Open(_files.At("run"), config))
        {
            var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), config));
            Assert.Contains("no other process", error.Message);
        }
        RunFolder.Open(_files.At("run"), config).Dispose();
    }

    [Fact]
    public void ForeignFolderIsLeftAlone()
    {
        var config = ToyRun.Small(_files);

        var error = Assert.Throws<InputException>(() => RunFolder.Open(_files.Root, config));

        Assert.Contains("other files and no config.json", error.Message);
        Assert.Equal(["toy.gguf"], Directory.GetFileSystemEntries(_files.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void FileInTheWayIsReported() =>
        Assert.Throws<InputException>(() => RunFolder.Open(_files.Write("file", ""), ToyRun.Small(_files)));

    [Fact]
    public void InvalidConfigurationIsRejectedBeforeAnythingIsWritten()
    {
        Assert.Throws<InputException>(() => RunFolder.Open(_files.At("run"), ToyRun.Small(_files) with { Iterations = -1 }));
        Assert.False(Directory.Exists(_files.At("run")));
    }
}
