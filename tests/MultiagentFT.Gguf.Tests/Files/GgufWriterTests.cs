using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Files;

public sealed class GgufWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, TensorSource> BadTensors => new()
    {
        { "has 8 bytes, its data 7", Tensor(shape: [2], bytes: 7) },
        { "1 to 63 bytes", Tensor(name: "") },
        { "1 to 63 bytes", Tensor(name: new string('n', 64)) },
        { "1 to 4 dimensions", Tensor(shape: []) },
        { "1 to 4 dimensions", Tensor(shape: [1, 1, 1, 1, 1]) },
        { "at least 1", Tensor(shape: [2, 0]) },
        { "at least 1", Tensor(shape: [-2]) },
        { "multiple of 32 (q4_0)", Tensor(type: TensorType.Q4_0, shape: [16, 2]) },
        { "less than 2^63", Tensor(shape: [long.MaxValue, 2]) },
        { "tensors are named old", Tensor(name: "old") },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(BadTensors))]
    public void BadTensorsAreRefusedAndTheOldFileStays(string message, TensorSource bad)
    {
        var path = new TinyModel().Write(_folder.File("model.gguf"));
        var before = File.ReadAllBytes(path);

        var error = Assert.Throws<ArgumentException>(() => GgufWriter.Write(path, new GgufMetadata(), [Tensor(name: "old"), bad]));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(["model.gguf"], _folder.Files);
    }

    [Fact]
    public void AnErrorWhileProducingDataLeavesTheOldFile()
    {
        var path = new TinyModel().Write(_folder.File("model.gguf"));
        var before = File.ReadAllBytes(path);
        var failing = new TensorSource("t", TensorType.F32, [1], () => throw new InvalidOperationException("lost"));

        Assert.Throws<InvalidOperationException>(() => GgufWriter.Write(path, new GgufMetadata(), [failing]));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(["model.gguf"], _folder.Files);
    }

    [Fact]
    public void AFileIsReplacedWhole()
    {
        var path = new TinyModel().Write(_folder.File("model.gguf"));

        GgufWriter.Write(path, new GgufMetadata(), []);

        Assert.Equal(RawGguf.Start(tensors: 0, keys: 0).Data(0).ToArray(), File.ReadAllBytes(path));
        Assert.Equal(["model.gguf"], _folder.Files);
    }

    [Theory]
    [InlineData(24u)]
    [InlineData(4u)]
    [InlineData(131072u)]
    [InlineData(32)]
    public void BadAlignmentIsRefused(object alignment)
    {
        var metadata = new GgufMetadata();
        metadata.Set("general.alignment", alignment);

        Assert.Throws<ArgumentException>(() => GgufWriter.Write(_folder.File("x.gguf"), metadata, []));
        Assert.Empty(_folder.Files);
    }

    private static TensorSource Tensor(string name = "t", TensorType type = TensorType.F32, long[]? shape = null, int bytes = 8) =>
        new(name, type, shape ?? [2], () => new byte[bytes]);
}
