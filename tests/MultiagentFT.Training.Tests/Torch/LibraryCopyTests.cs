using MultiagentFT.Testing;
using MultiagentFT.Training.Torch;

namespace MultiagentFT.Training.Tests.Torch;

public sealed class LibraryCopyTests : IDisposable
{
    private static readonly byte[] Image = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("another version")]
    public void TheCopyIsWrittenUnlessItIsThere(string? before)
    {
        var path = _folder.File("library.so");
        if (before is not null) File.WriteAllText(path, before);
        Assert.Equal(path, LibraryCopy.Use(Image, path, used => used));
        Assert.Equal(Image, File.ReadAllBytes(path));
        var written = File.GetLastWriteTimeUtc(path);
        LibraryCopy.Use(Image, path, used => used);
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void AnotherWritersTemporaryFileIsNotInTheWay()
    {
        var path = _folder.File("library.so");
        using var other = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.Equal(path, LibraryCopy.Use(Image, path, used => used));
        Assert.Equal(Image, File.ReadAllBytes(path));
    }

    [Fact]
    public void ManyWritersAtOnceAllLoadTheWholeFile()
    {
        var path = _folder.File("new/library.so");
        Parallel.For(0, 16, _ => Assert.Equal(Image, LibraryCopy.Use(Image, path, File.ReadAllBytes)));
        Assert.Equal(Image, File.ReadAllBytes(path));
    }

    [Fact]
    public void WhereThePathCannotBeWrittenAPrivateCopyIsLoadedAndRemoved()
    {
        var file = _folder.File("file");
        File.WriteAllText(file, "not a folder");
        var copy = LibraryCopy.Use(Image, Path.Combine(file, "library.so"), used =>
        {
            Assert.Equal(Image, File.ReadAllBytes(used));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                    File.GetUnixFileMode(Path.GetDirectoryName(used)!));
            }
            return used;
        });
        Assert.Equal("library.so", Path.GetFileName(copy));
        Assert.False(Directory.Exists(Path.GetDirectoryName(copy)));
    }
}
