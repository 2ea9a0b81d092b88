using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Files;

public sealed class GgufRoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<object> Values =>
    [
        (byte)200, (sbyte)-100, (ushort)60_000, (short)-30_000, 4_000_000_000u, -2_000_000_000, 1.5f, float.NaN, true, false,
        "", "Grüße, 世界 🙂", ulong.MaxValue, long.MinValue, Math.PI,
        new byte[] { 1, 255 }, new sbyte[] { -1, 1 }, new ushort[] { 65535 }, new short[] { -5 }, new uint[] { uint.MaxValue },
        new[] { int.MinValue, 7 }, new[] { 0.25f, float.NegativeInfinity }, new[] { true, false, true },
        new[] { "a", "", "ß" }, new[] { 1UL }, new[] { -1L }, new[] { 0.1 }, Array.Empty<string>(), Array.Empty<float>(),
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Values))]
    public void EveryValueKeepsTypeAndContent(object value)
    {
        var metadata = new GgufMetadata();
        metadata.Set("before", 1u);
        metadata.Set("key", value);
        metadata.Set("after", "end");
        var path = _folder.File("values.gguf");
        GgufWriter.Write(path, metadata, []);

        using var file = GgufFile.Open(path);

        Assert.Equal(["before", "key", "after"], file.Metadata.Keys);
        var found = file.Metadata.Single(pair => pair.Key == "key").Value;
        Assert.Equal(value.GetType(), found.GetType());
        Assert.Equal(value, found);
    }

    [Theory]
    [InlineData(null, 32)]
    [InlineData(8u, 8)]
    [InlineData(4096u, 4096)]
    public void TensorsKeepOrderShapeAndBytes(uint? alignment, int expectedAlignment)
    {
        var metadata = new GgufMetadata();
        if (alignment is { } value) metadata.Set("general.alignment", value);
        byte[] first = [.. Enumerable.Range(0, 12).Select(i => (byte)i)];
        byte[] second = [.. Enumerable.Range(0, 68).Select(i => (byte)(255 - i))];
        var path = _folder.File("tensors.gguf");
        GgufWriter.Write(path, metadata,
        [
            new TensorSource("z.first", TensorType.F32, [3], () => first),
            new TensorSource("a.second", TensorType.Q8_0, [32, 1, 2], () => second),
        ]);

        using var file = GgufFile.Open(path);

        Assert.Equal(["z.first", "a.second"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([32, 1, 2], file.Tensors[1].Shape);
        Assert.Equal(TensorType.Q8_0, file.Tensors[1].Type);
        Assert.Equal(64, file.Tensors[1].Elements);
        Assert.Equal(68, file.Tensors[1].Bytes);
        Assert.Equal(expectedAlignment, file.Tensors[1].Offset % 4096 == 0 ? 4096 : file.Tensors[1].Offset == 16 ? 8 : 32);
        Assert.Equal(first, file.Read(file.Tensors[0]));
        Assert.Equal(second, file.Read(file.Tensors[1]));
        var middle = new byte[10];
        file.Read(file.Tensors[1], 30, middle);
        Assert.Equal(second[30..40], middle);
    }

    [Fact]
    public void TheLayoutIsTheFormats()
    {
        var path = _folder.File("layout.gguf");
        var metadata = new GgufMetadata();
        metadata.Set("k", new[] { true });
        GgufWriter.Write(path, metadata, [new TensorSource("t", TensorType.F32, [2, 1], () => new byte[8])]);

        var expected = RawGguf.Start(tensors: 1, keys: 1)
            .Text("k").U32(9).U32(7).U64(1).U8(1)
            .Tensor("t", [2, 1])
            .Data(32);

        Assert.Equal(expected.ToArray(), File.ReadAllBytes(path));
    }

    [Fact]
    public void WritingTwiceGivesTheSameBytes()
    {
        new TinyModel().Write(_folder.File("a.gguf"));
        new TinyModel().Write(_folder.File("b.gguf"));

        Assert.Equal(File.ReadAllBytes(_folder.File("a.gguf")), File.ReadAllBytes(_folder.File("b.gguf")));
    }

    [Fact]
    public void Version2IsRead()
    {
        var path = RawGguf.Start(tensors: 0, keys: 1, version: 2).Text("k").U32(4).U32(7).Write(_folder.File("v2.gguf"));

        using var file = GgufFile.Open(path);

        Assert.Equal(2u, file.Version);
        Assert.Equal(7u, file.Metadata.Require<uint>("k"));
    }

    [Fact]
    public void LastTensorNeedsNoPadding()
    {
        var path = RawGguf.Start(tensors: 1, keys: 0).Tensor("t", [1]).Data(4).Write(_folder.File("tight.gguf"));

        using var file = GgufFile.Open(path);

        Assert.Equal(new byte[4], file.Read(file.RequireTensor("t")));
    }

    [Fact]
    public void ConcurrentReadsSeeTheSameData()
    {
        var path = new TinyModel().Write(_folder.File("model.gguf"));
        using var file = GgufFile.Open(path);
        var expected = file.Tensors.Select(file.Read).ToList();

        Parallel.For(0, 64, i =>
        {
            var index = i % file.Tensors.Count;
            Assert.Equal(expected[index], file.Read(file.Tensors[index]));
        });
    }
}
