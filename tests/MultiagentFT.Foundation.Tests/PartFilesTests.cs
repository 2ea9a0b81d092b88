namespace MultiagentFT.Foundation.Tests;

public sealed class PartFilesTests
{
    [Theory]
    [InlineData("models/m-00001-of-00003.gguf", "models/m-00001-of-00003.gguf models/m-00002-of-00003.gguf models/m-00003-of-00003.gguf")]
    [InlineData("a-00001-of-00002-00001-of-00002.gguf", "a-00001-of-00002-00001-of-00002.gguf a-00001-of-00002-00002-of-00002.gguf")]
    [InlineData("m-00002-of-00003.gguf", "m-00002-of-00003.gguf")] // not the first
    [InlineData("m-00001-of-00001.gguf", "m-00001-of-00001.gguf")]
    [InlineData("m-00001-of-01001.gguf", "m-00001-of-01001.gguf")] // more than are read
    [InlineData("m-1-of-3.gguf", "m-1-of-3.gguf")]
    [InlineData("train-00001-of-00002.parquet", "train-00001-of-00002.parquet")]
    [InlineData("model.gguf", "model.gguf")]
    public void TheFirstPartStandsForAll(string path, string expected) => Assert.Equal(expected.Split(' '), PartFiles.Of(path));

    [Theory]
    [InlineData("m-00002-of-00003.gguf", true)]
    [InlineData("m-00001-of-00003.gguf", false)]
    [InlineData("m.gguf", false)]
    public void LaterPartsAreKnownByName(string path, bool isLater) => Assert.Equal(isLater, PartFiles.IsLater(path));
}
