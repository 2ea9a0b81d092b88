namespace MultiagentFT.Foundation.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A writer that waits, as for the network: the old content stays until it has ended, and when it fails.</summary>
    [Fact]
    public async Task AWriterThatWaitsReplacesTheFileAtItsEnd()
    {
        var path = _folder.File("a.bin");
        File.WriteAllText(path, "old");
        var gate = new TaskCompletionSource();

        var writing = AtomicFile.WriteAsync(path, async stream =>
        {
            stream.Write("new"u8);
            await gate.Task;
        });
        Assert.Equal("old", File.ReadAllText(path));
        gate.SetResult();
        await writing;
        await Assert.ThrowsAsync<InvalidOperationException>(() => AtomicFile.WriteAsync(path, _ => throw new InvalidOperationException()));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

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
    public void DeletesWhatKilledWritersOfTheSameFileLeft()
    {
        var path = _folder.File("a.txt");
        File.WriteAllText(path + ".4711-1.tmp", "a part of a version that was never finished");
        File.WriteAllText(_folder.File("b.txt.4711-1.tmp"), "another writer's");

        File.WriteAllText(path + ".backup.tmp", "a file of somebody else's that ends alike");

        AtomicFile.WriteText(path, "whole");

        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal(["a.txt", "a.txt.backup.tmp", "b.txt.4711-1.tmp"], _folder.Files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TwoWritersAtATimeBothFinish()
    {
        var path = _folder.File("a.txt");

        AtomicFile.Write(path, stream =>
        {
            stream.Write("outer"u8);
            AtomicFile.Write(path, inner => inner.Write("inner"u8));
            Assert.Equal("inner", File.ReadAllText(path));
        });

        Assert.Equal("outer", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Files);
    }

    /// <summary>Whoever can write into the folder may guess names and put links there.</summary>
    [Fact]
    public void LinksAtTemporaryNamesLeadNowhere()
    {
        var path = _folder.File("a.txt");
        var target = _folder.File("target");
        File.WriteAllText(target, "precious");
        File.CreateSymbolicLink(path + ".tmp", target);
        for (var number = 0; number < 200; number++) File.CreateSymbolicLink($"{path}.{Environment.ProcessId}-{number}.tmp", target);

        AtomicFile.WriteText(path, "whole");

        Assert.Equal("precious", File.ReadAllText(target));
        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Null(new FileInfo(path).LinkTarget);
    }
}
