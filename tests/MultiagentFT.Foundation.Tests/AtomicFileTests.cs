namespace MultiagentFT.Foundation.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WritesTextWithoutByteOrderMarkIntoNewFolders()
    {
        var path = _folder.File("new/folder/a.txt");

        AtomicFile.WriteText(path, "é\n");

        Assert.Equal([0xc3, 0xa9, (byte)'\n'], File.ReadAllBytes(path));
        Assert.Equal(["new/folder/a.txt"], _folder.Files);
    }

    [Fact]
    public void ReplacesTheWholeFile()
    {
        var path = _folder.File("a.txt");
        AtomicFile.WriteText(path, "a long first version");

        AtomicFile.WriteText(path, "short");

        Assert.Equal("short", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Files);
    }

    [Fact]
    public void AFailureHalfwayKeepsTheOldFileAndLeavesNothing()
    {
        var path = _folder.File("a.txt");
        AtomicFile.WriteText(path, "old");

        var error = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
            throw new IOException("No space left on device");
        }));

        Assert.Equal("No space left on device", error.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Files);
    }

    [Fact]
    public void ReplacesWhatAKilledWriterLeft()
    {
        var path = _folder.File("a.txt");
        File.WriteAllText(path + ".tmp", "a long part of a version that was never finished");

        AtomicFile.WriteText(path, "whole");

        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Files);
    }

    [Fact]
    public void WritersWithTemporaryFilesOfTheirOwnBothFinish()
    {
        var path = _folder.File("a.txt");

        AtomicFile.Write(path, stream =>
        {
            stream.Write("outer"u8);
            AtomicFile.Write(path, inner => inner.Write("inner"u8), ".2.tmp");
            Assert.Equal("inner", File.ReadAllText(path));
        }, ".1.tmp");

        Assert.Equal("outer", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Files);
    }

    [Fact]
    public void ASecondWriterFailsAndTheFirstOneFinishes()
    {
        var path = _folder.File("a.txt");

        AtomicFile.Write(path, stream =>
        {
            stream.Write("first"u8);
            Assert.Throws<IOException>(() => AtomicFile.WriteText(path, "second"));
        });

        Assert.Equal("first", File.ReadAllText(path));
    }
}
