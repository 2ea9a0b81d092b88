using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Files;

public sealed class GgufPartsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TensorsOfAllPartsAreRead()
    {
        using (var file = GgufFile.OpenParts(Part(0)))
        {
            Assert.Equal(["a", "b", "c"], file.Tensors.Select(tensor => tensor.Name));
            Assert.Equal([0, 1, 2], file.Tensors.Select(tensor => tensor.Part));
            Assert.Equal([1, 2, 3], file.Tensors.Select(tensor => FloatTensors.Read(file, tensor)[0]));
            Assert.Equal("test", file.Metadata.RequireString("general.architecture"));
            Assert.False(file.Metadata.Contains("split.count"));
        }
        Assert.True(GgufFile.IsPartOf(Part(1), _folder.File("m.gguf")));
        Assert.False(GgufFile.IsPartOf(Part(1), _folder.File("n.gguf")));
    }

    [Fact]
    public void PartsThatAreNotOfOneModelAreRefused()
    {
        Refuses(() => File.Delete(Part(1)), Part(1) + ": expected a GGUF file, found no such file");
        Refuses(() => Rewrite(1, "split.no", (ushort)2), Part(1) + ": split.no: expected 1, found 2");
        Refuses(() => Rewrite(2, "split.count", (ushort)4), Part(2) + ": split.count: expected 3, as the first part says, found 4");
        Refuses(() => Rewrite(0, "split.tensors.count", 4), Part(0) + ": split.tensors.count: expected 3, the tensors of all parts, found 4");
        Refuses(() => Rewrite(0, "split.count", (ushort)60_000), Part(0) + ": split.count: expected at most 1000 parts, found 60000");
        Refuses(() => Rewrite(2, "split.no", (ushort)2, "a"), Part(2) + ": a: expected every tensor in one part, found one of an earlier part");
        Refuses(() => File.Move(Part(0), _folder.File("other.gguf"), overwrite: true), "expected a first part named NAME-00001-of-00003.gguf, found other.gguf", _folder.File("other.gguf"));
        Refuses(() => { }, Part(1) + ": split.no: expected the first part of the model, 0, found 1", Part(1));
    }

    private void Refuses(Action harm, string message, string? path = null)
    {
        Write();
        harm();
        Assert.Contains(message, Assert.Throws<InputException>(() => GgufFile.OpenParts(path ?? Part(0))).Message, StringComparison.Ordinal);
    }

    private string Part(int number)
    {
        if (!File.Exists(_folder.File("m-00003-of-00003.gguf"))) Write();
        return _folder.File($"m-0000{number + 1}-of-00003.gguf");
    }

    private void Write()
    {
        var metadata = new GgufMetadata();
        metadata.Set("general.architecture", "test");
        GgufWriter.WriteParts(_folder.File("m.gguf"), metadata, [TinyAdapter.Filled("a", 1, 32), TinyAdapter.Filled("b", 2, 32), TinyAdapter.Filled("c", 3, 32)], 1);
    }

    private void Rewrite<T>(int part, string key, T value, string? name = null)
        where T : notnull
    {
        GgufMetadata metadata;
        using (var file = GgufFile.Open(Part(part))) metadata = file.Metadata.Copy();
        metadata.Set(key, value);
        GgufWriter.Write(Part(part), metadata, [TinyAdapter.Filled(name ?? "abc"[part].ToString(), part + 1, 32)]);
    }
}
