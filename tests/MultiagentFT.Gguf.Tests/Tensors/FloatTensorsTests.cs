using System.Runtime.InteropServices;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Tensors;

public sealed class FloatTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void ValuesThatFitInEightBitsSurviveEveryType(TensorType type)
    {
        // More than one chunk, and not a whole number of them.
        float[] expected = [.. Enumerable.Range(0, 40_000).Select(i => ((i % 255) - 127) / 64f)];
        var path = _folder.File("floats.gguf");
        GgufWriter.Write(path, new GgufMetadata(), [new TensorSource("t", type, [100, 400], () => Encode(type, expected))]);
        using var file = GgufFile.Open(path);

        Assert.Equal(expected, FloatTensors.Read(file, file.Tensors[0]));
    }

    [Fact]
    public void ScaledBytesAreRead()
    {
        // Two chunks; the scale of a block is its number.
        const int Blocks = 600;
        var data = new byte[Blocks * 34];
        for (var block = 0; block < Blocks; block++)
        {
            MemoryMarshal.Write(data.AsSpan(block * 34), (Half)block);
            for (var i = 0; i < 32; i++) data[(block * 34) + 2 + i] = (byte)(i - 16);
        }
        var path = _folder.File("bytes.gguf");
        GgufWriter.Write(path, new GgufMetadata(), [new TensorSource("t", TensorType.Q8_0, [32, Blocks], () => data)]);
        using var file = GgufFile.Open(path);

        Assert.Equal([.. Enumerable.Range(0, Blocks * 32).Select(i => i / 32 * (float)((i % 32) - 16))], FloatTensors.Read(file, file.Tensors[0]));
    }

    [Fact]
    public void OtherTypesAreRefused()
    {
        using var file = GgufFile.Open(new TinyModel().Write(_folder.File("model.gguf")));

        Assert.Throws<ArgumentException>(() => FloatTensors.Read(file, file.RequireTensor("blk.0.attn_k.weight")));
    }

    private static byte[] Encode(TensorType type, float[] values) => type switch
    {
        TensorType.F32 => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
        TensorType.F16 => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).ToArray(),
        _ => MemoryMarshal.AsBytes(
            Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).AsSpan()).ToArray(),
    };
}
