using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Folder;

public sealed class OutputLockTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void OneProcessWritesAFileAtATimeAndNothingStays()
    {
        var output = _files.At("debates.jsonl");
        using (OutputLock.Acquire(output))
            Assert.Contains("no other process writes", Assert.Throws<InputException>(() => OutputLock.Acquire(output)).Message);
        OutputLock.Acquire(output).Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_files.Root));
    }

    [Fact]
    public void ALinkIsNoLock()
    {
        File.CreateSymbolicLink(_files.At("debates.jsonl.lock"), _files.Write("precious", "x"));

        Assert.Contains("found a link", Assert.Throws<InputException>(() => OutputLock.Acquire(_files.At("debates.jsonl"))).Message);
        Assert.Equal("x", File.ReadAllText(_files.At("precious")));
    }
}
