using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Testing;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Tests.Model;

/// <summary>Rows that are dequantized where they are needed have the bits of the whole matrix, dequantized by ggml and rounded by libtorch.</summary>
public sealed class StoredMatrixTests : IDisposable
{
    private const int RowLength = 512;
    private const int Rows = 140;
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<TensorType> Types => [.. TensorTypes.All.Where(TensorTypes.IsWeight)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void RowsHaveTheBitsOfTheWholeMatrix(TensorType type)
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        var data = Data(type);
        using var file = Write(type, data);
        var matrix = new StoredMatrix(file, file.RequireTensor("matrix"));
        var expected = TensorCodec.Dequantize(type, data, (long)Rows * RowLength);
        var floats = empty([Rows, RowLength]);
        matrix.Read(0, floats, threads: 3);
        Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()).ToArray(), floats.bytes.ToArray());
        // Random bits may be NaN, which has many roundings.
        if (!TensorCodec.QuantizableTypes.Contains(type)) return;

        var whole = tensor(expected, [Rows, RowLength]).to(ScalarType.BFloat16);
        var some = empty([Rows - 7, RowLength], dtype: ScalarType.BFloat16);
        matrix.Read(5, some, threads: 2);
        Assert.Equal(whole.narrow(0, 5, Rows - 7).contiguous().bytes.ToArray(), some.bytes.ToArray());
        long[] named = [Rows - 1, 0, 17, 17];
        var gathered = empty([named.Length, RowLength], dtype: ScalarType.BFloat16);
        matrix.Gather(named, gathered, threads: 2);
        Assert.Equal(whole.index_select(0, tensor(named)).bytes.ToArray(), gathered.bytes.ToArray());
    }

    public static TheoryData<TensorType> TypesOfDevices => [
        TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q5_0, TensorType.Q5_1, TensorType.Q8_0,
        TensorType.Q2_K, TensorType.Q3_K, TensorType.Q4_K, TensorType.Q5_K, TensorType.Q6_K, TensorType.IQ4_NL, TensorType.IQ4_XS];

    /// <summary>What a GPU does, on the CPU: libtorch's operations come to the bits of ggml's routines.</summary>
    [Theory]
    [MemberData(nameof(TypesOfDevices))]
    public void RowsThatADeviceDequantizesHaveTheBitsOfGgml(TensorType type)
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var file = Write(type, Data(type));
        using var matrix = new StoredMatrix(file, file.RequireTensor("matrix"));
        using var dequantizer = new TensorDequantizer(CPU);
        foreach (var kind in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            var (expected, actual) = (empty([Rows - 7, RowLength], dtype: kind), empty([Rows - 7, RowLength], dtype: kind));
            matrix.Read(5, expected, threads: 2);
            matrix.ReadThere(5, actual, dequantizer);
            Assert.Equal(expected.bytes.ToArray(), actual.bytes.ToArray());
        }
    }

    [Fact]
    public void ATypeThatNoDeviceDequantizesIsRefusedByName()
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var file = Write(TensorType.TQ1_0, Data(TensorType.TQ1_0));
        using var matrix = new StoredMatrix(file, file.RequireTensor("matrix"));
        using var dequantizer = new TensorDequantizer(CPU);
        var error = Assert.Throws<InputException>(() => matrix.ReadThere(0, empty([1, RowLength]), dequantizer));
        Assert.Equal("matrix: expected a type that is dequantized on a GPU, found tq1_0", error.Message);
    }

    [Fact]
    public void EveryRoundingIsLibtorchs()
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        // Ties to both sides, carries into the exponent and into infinity, subnormals, and a tail that no vector holds.
        uint[] bits = [.. Enumerable.Range(0, 1027).Select(i => (uint)i * 0x3fd8001u), 0x3f808000, 0x3f818000, 0x3fffffff, 0x7f7fffff, 0xff7fffff, 1, 0x8000, 0x80008001];
        var values = bits.Select(BitConverter.UInt32BitsToSingle).Where(value => !float.IsNaN(value)).ToArray();
        var rounded = new ushort[values.Length];
        BFloat16Rounding.Round(values, rounded);
        Assert.Equal(tensor(values).to(ScalarType.BFloat16).bytes.ToArray(), MemoryMarshal.AsBytes(rounded.AsSpan()).ToArray());
    }

    [Fact]
    public void AFileThatWasCutMeanwhileIsNamed()
    {
        TorchLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var file = Write(TensorType.Q8_0, Data(TensorType.Q8_0));
        using (var cut = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) cut.SetLength(cut.Length / 2);
        var error = Assert.ThrowsAny<Exception>(() => new StoredMatrix(file, file.RequireTensor("matrix")).Read(0, empty([Rows, RowLength]), threads: 1));
        Assert.IsType<InputException>(error);
        Assert.StartsWith(file.Path + ": matrix: ", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Data(TensorType type)
    {
        if (TensorCodec.QuantizableTypes.Contains(type)) return TensorCodec.Quantize(type, RandomWeights.Uniform(3, "matrix", (long)Rows * RowLength, 0.1f, 1), RowLength);
        var bytes = new byte[TensorTypes.RowBytes(type, (long)Rows * RowLength)];
        var random = new SplitMix64(5);
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Next(256);
        return bytes;
    }

    private GgufFile Write(TensorType type, byte[] data)
    {
        var path = _folder.File("matrix.gguf");
        GgufWriter.Write(path, new GgufMetadata(), [new TensorSource("matrix", type, [RowLength, Rows], () => data)]);
        return GgufFile.Open(path);
    }
}
