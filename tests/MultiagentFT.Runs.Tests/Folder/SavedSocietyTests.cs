using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Folder;

public sealed class SavedSocietyTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task NewestWholeSocietyIsTaken()
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        var layout = new RunLayout(_files.At("run"));

        var latest = SavedSociety.Latest(_files.At("run"));

        Assert.Equal(2, latest.Iteration);
        Assert.Equal(
            [layout.Adapter("multiagent-ft", 2, "generator-1"), layout.Adapter("multiagent-ft", 2, "generator-2")],
            latest.Adapters.Take(2).Select(file => file.File));
        Assert.Equal(["critic-1@2", "critic-2@2"], latest.Society.Critics.Select(critic => $"{critic.Adapter}"));

        // While the second iteration runs, the society of the first is the newest.
        File.Delete(layout.Manifest);
        File.Delete(layout.Weights("multiagent-ft", 2));
        File.Delete(layout.Seal("multiagent-ft-2-finetuning"));
        Assert.Equal(1, SavedSociety.Latest(_files.At("run")).Iteration);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OlderSocietyNeverAnswersForAMissingOne(bool isFinished)
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        var layout = new RunLayout(_files.At("run"));
        if (!isFinished) File.Delete(layout.Manifest);
        Directory.Delete(_files.At("run/adapters/multiagent-ft/iteration-2"), recursive: true);

        Assert.Contains("agents.weights.json: expected the adapters of iteration 2, which the run in ", Error(_files.At("run")));
    }

    /// <summary>A file that names another iteration's adapters, or a configuration with fewer iterations, is not what the run wrote.</summary>
    [Theory]
    [InlineData("adapters/multiagent-ft/iteration-2/agents.weights.json", "iteration-2/critic-1", "iteration-1/critic-1")]
    [InlineData("config.json", "\"iterations\": 2", "\"iterations\": 1")]
    public async Task EditedFilesOfAFinishedRunAreRefused(string file, string from, string to)
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        var path = _files.At("run/" + file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text);
        File.WriteAllText(path, text.Replace(from, to));

        Assert.Contains(file + ": expected SHA-256 ", Error(_files.At("run")));
    }

    [Fact]
    public async Task MissingAdapterIsNamed()
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        File.Delete(new RunLayout(_files.At("run")).Adapter("multiagent-ft", 2, "critic-2"));

        var error = Assert.Throws<InputException>(() => SavedSociety.Latest(_files.At("run")));

        Assert.Contains("critic-2: expected the adapter file ", error.Message);
    }

    [Fact]
    public async Task ChangedAdapterIsNamed()
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));
        var layout = new RunLayout(_files.At("run"));
        await File.AppendAllTextAsync(layout.Report, "\n");
        Assert.Equal(2, SavedSociety.Latest(_files.At("run")).Iteration);
        await File.AppendAllTextAsync(layout.Adapter("multiagent-ft", 2, "critic-2"), "x");

        var error = Assert.Throws<InputException>(() => SavedSociety.Latest(_files.At("run")));

        Assert.Contains(layout.Adapter("multiagent-ft", 2, "critic-2") + ": expected SHA-256 ", error.Message);
        Assert.DoesNotContain("report.html", error.Message);
        Assert.Contains("report.html", Assert.Throws<InputException>(() => Manifest.Read(layout).Check(layout)).Message);
    }

    [Fact]
    public void WhatIsNoRunFolderIsNamed()
    {
        Assert.Contains("no such folder", Error(_files.At("nothing")));
        Assert.Contains("a folder without config.json", Error(_files.Root));
        RunFolder.Open(_files.At("run"), ToyRun.Small(_files)).Dispose();
        Assert.Contains("the society of a finished iteration, found none yet", Error(_files.At("run")));
    }

    private static string Error(string folder) => Assert.Throws<InputException>(() => SavedSociety.Latest(folder)).Message;
}
