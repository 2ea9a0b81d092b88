using System.Security.Cryptography;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Models;

public sealed class ModelFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MetadataAndOrderDoNotCount()
    {
        var other = new TinyModel().With("general.name", "renamed");
        // Data is drawn when a tensor is written, so it is fixed here before the order changes.
        var model = new TinyModel();
        var sources = model.Tensors.Values.Select(source => source with { Data = Fixed(source) }).ToList();
        GgufWriter.Write(_folder.File("a.gguf"), model.Metadata, sources);
        sources.Reverse();
        GgufWriter.Write(_folder.File("b.gguf"), other.Metadata, sources);

        Assert.Equal(Fingerprint("a.gguf"), Fingerprint("b.gguf"));
        Assert.Matches("^[0-9a-f]{64}$", Fingerprint("a.gguf"));
    }

    [Fact]
    public void OtherWeightsNamesTypesAndShapesCount()
    {
        Write("base.gguf", "t", TensorType.F16, [4, 8], last: 0);
        Write("weights.gguf", "t", TensorType.F16, [4, 8], last: 1);
        Write("name.gguf", "u", TensorType.F16, [4, 8], last: 0);
        Write("type.gguf", "t", TensorType.BF16, [4, 8], last: 0);
        Write("shape.gguf", "t", TensorType.F16, [8, 4], last: 0);

        string[] files = ["base.gguf", "weights.gguf", "name.gguf", "type.gguf", "shape.gguf"];
        Assert.Equal(files.Length, files.Select(Fingerprint).Distinct().Count());
    }

    [Fact]
    public void TheEndOfALargeTensorCounts()
    {
        Write("a.gguf", "t", TensorType.I8, [1 << 16], last: 0);
        Write("b.gguf", "t", TensorType.I8, [1 << 16], last: 1);

        Assert.NotEqual(Fingerprint("a.gguf"), Fingerprint("b.gguf"));
    }

    [Fact]
    public void ItIsTheDocumentedHash()
    {
        Write("a.gguf", "t", TensorType.I8, [2], last: 9);
        using var expected = new MemoryStream();
        using var writer = new BinaryWriter(expected);
        writer.Write(1L);
        writer.Write((byte)'t');
        writer.Write(24L);
        writer.Write(1L);
        writer.Write(2L);
        writer.Write([0, 9, 0, 9]);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected.ToArray())), Fingerprint("a.gguf"));
    }

    private static Func<ReadOnlyMemory<byte>> Fixed(TensorSource source)
    {
        var data = source.Data();
        return () => data;
    }

    private void Write(string name, string tensor, TensorType type, long[] shape, byte last)
    {
        var data = new byte[TensorTypes.Bytes(type, shape.Aggregate(1L, (product, length) => product * length))];
        data[^1] = last;
        GgufWriter.Write(_folder.File(name), new GgufMetadata(), [new TensorSource(tensor, type, shape, () => data)]);
    }

    private string Fingerprint(string name)
    {
        using var file = GgufFile.Open(_folder.File(name));
        return ModelFingerprint.Of(file);
    }
}
