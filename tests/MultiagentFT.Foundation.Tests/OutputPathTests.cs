namespace MultiagentFT.Foundation.Tests;

public sealed class OutputPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NothingIsLeftBehind()
    {
        Assert.Equal(_folder.File("new/deep/a.gguf"), OutputPath.RequireFile(_folder.File("new/deep/a.gguf"), "--output"));
        Assert.Empty(_folder.Files);
        Assert.False(Directory.Exists(_folder.File("new")));
    }

    [Fact]
    public void WhatCannotBeWrittenIsNamed()
    {
        File.WriteAllText(_folder.File("file"), "");
        Directory.CreateDirectory(_folder.File("folder"));

        Assert.Contains("folder: expected a file to write, found a folder", Refusal(_folder.File("folder")));
        Assert.Contains("file: expected a folder, found a file", Refusal(_folder.File("file/a.gguf")));
        Assert.Contains("--output: expected a path, found nothing", Refusal(""));
        Assert.Contains("--output: expected a path without NUL, found a\\u0000b", Refusal("a\0b"));
    }

    [Theory]
    [InlineData("/a/models/a.gguf", "/a/runs/one", "../../models/a.gguf")]
    [InlineData("/a/runs/one/a.gguf", "/a/runs/one", "a.gguf")]
    [InlineData("/data/a.gguf", "/a/runs", "/data/a.gguf")]
    [InlineData("", "/a/runs", "")]
    public void PathsAreRelativeWhereTheyCanBe(string path, string folder, string expected) => Assert.Equal(expected, RelativePath.Of(path, folder));

    private static string Refusal(string path) => Assert.Throws<InputException>(() => OutputPath.RequireFile(path, "--output")).Message;
}
