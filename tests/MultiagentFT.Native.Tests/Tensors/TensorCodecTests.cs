using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;
using MultiagentFT.Native.Tensors;
using MultiagentFT.Testing;

namespace MultiagentFT.Native.Tests.Tensors;

public sealed class TensorCodecTests
{
    public static TheoryData<TensorType> AllTypes => [.. TensorTypes.All];

    /// <summary>Root of the mean squared error over that of the values themselves, at most, for uniform values.</summary>
    public static TheoryData<TensorType, double> Errors => new()
    {
        { TensorType.F32, 0 },
        { TensorType.F16, 3e-4 },
        { TensorType.BF16, 3e-3 },
        { TensorType.Q8_0, 0.006 },
        { TensorType.Q6_K, 0.03 },
        { TensorType.Q5_0, 0.06 },
        { TensorType.Q5_1, 0.06 },
        { TensorType.Q5_K, 0.06 },
        { TensorType.Q4_0, 0.12 },
        { TensorType.Q4_1, 0.12 },
        { TensorType.Q4_K, 0.12 },
        { TensorType.IQ4_NL, 0.12 },
        { TensorType.IQ4_XS, 0.12 },
        { TensorType.MXFP4, 0.25 },
        { TensorType.Q3_K, 0.25 },
        { TensorType.IQ3_S, 0.25 },
        { TensorType.IQ3_XXS, 0.3 },
        { TensorType.IQ2_S, 0.45 },
        { TensorType.Q2_K, 0.45 },
        { TensorType.NVFP4, 0.25 },
        { TensorType.TQ1_0, 0.6 },
        { TensorType.TQ2_0, 0.6 },
        { TensorType.Q2_0, 0.6 },
        { TensorType.Q1_0, 0.6 },
    };

    [Fact]
    public void EveryQuantizableTypeHasAnErrorBound() =>
        Assert.Equal(TensorCodec.QuantizableTypes.Order(), Errors.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Errors))]
    public void AQuantizedTensorIsCloseToItsValues(TensorType type, double bound)
    {
        const int RowLength = 512;
        var values = RandomWeights.Uniform(5, "values", 8 * RowLength, 0, 1);
        var data = TensorCodec.Quantize(type, values, RowLength);
        Assert.Equal(TensorTypes.Bytes(type, values.Length), data.Length);
        var restored = TensorCodec.Dequantize(type, data, values.Length);
        var error = Math.Sqrt(values.Zip(restored, (a, b) => Math.Pow(a - b, 2)).Sum() / values.Sum(value => value * (double)value));
        Assert.True(error <= bound, $"relative error {error}, allowed {bound}");
        Assert.Equal(data, TensorCodec.Quantize(type, values, RowLength));
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public unsafe void BlockSizesAreThoseOfGgml(TensorType type)
    {
        _ = LlamaLibrary.Instance;
        var traits = GgmlMethods.TypeTraits((int)type);
        Assert.Equal(TensorTypes.BlockSize(type), traits->BlockLength);
        Assert.Equal((nuint)TensorTypes.BlockBytes(type), traits->BlockBytes);
        Assert.Equal(TensorTypes.IsQuantized(type), traits->IsQuantized != 0);
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public unsafe void TheManagedListOfTypesThatNeedAnImportanceMatrixIsGgmls(TensorType type)
    {
        _ = LlamaLibrary.Instance;
        if (TensorCodec.QuantizableTypes.Contains(type)) Assert.Equal(0, GgmlMethods.RequiresImportance((int)type));
        if (GgmlMethods.RequiresImportance((int)type) == 0) return;
        var error = Assert.Throws<InputException>(() => TensorCodec.Quantize(type, new float[256], 256));
        Assert.Contains("importance matrix", error.Message);
    }

    [Theory]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public unsafe void ManagedConversionsAreGgmlsBitForBit(TensorType type)
    {
        _ = LlamaLibrary.Instance;
        var values = RandomWeights.Uniform(9, "halves", 1024, 0, 3);
        values[0] = 65504;
        values[1] = 1e-7f;
        values[2] = -0f;
        values[3] = 1 + (1f / 256);
        var expected = new byte[values.Length * 2];
        fixed (float* source = values)
        fixed (byte* destination = expected)
            Assert.Equal((nuint)expected.Length, GgmlMethods.Quantize((int)type, source, destination, 0, 1, values.Length, null));
        Assert.Equal(expected, TensorCodec.Quantize(type, values, values.Length));
    }

    [Fact]
    public void AHandMadeBlockIsDequantized()
    {
        // q8_0: a half-precision scale, then 32 signed bytes.
        var block = new byte[34];
        BitConverter.TryWriteBytes(block, (Half)0.5f);
        for (var i = 0; i < 32; i++) block[2 + i] = (byte)(sbyte)(i - 16);
        Assert.Equal(Enumerable.Range(-16, 32).Select(i => i * 0.5f), TensorCodec.Dequantize(TensorType.Q8_0, block, 32));
    }

    [Fact]
    public void SizesThatDoNotFitAreRefused()
    {
        Assert.Throws<ArgumentException>(() => TensorCodec.Dequantize(TensorType.Q8_0, new byte[34], 31));
        Assert.Throws<ArgumentException>(() => TensorCodec.Dequantize(TensorType.Q8_0, new byte[33], 32));
        Assert.Throws<ArgumentException>(() => TensorCodec.Quantize(TensorType.Q8_0, new float[48], 48));
        Assert.Throws<ArgumentException>(() => TensorCodec.Quantize(TensorType.Q8_0, new float[48], 32));
        Assert.Throws<ArgumentException>(() => TensorCodec.Quantize(TensorType.Q8_0, [.. new float[31], float.NaN], 32));
        Assert.Throws<ArgumentException>(() => TensorCodec.Quantize(TensorType.F32, [float.PositiveInfinity], 1));
    }

    [Theory]
    [InlineData(TensorType.I32)]
    [InlineData(TensorType.Q8_K)]
    public void TypesWithoutWeightsAreRefused(TensorType type)
    {
        var elements = TensorTypes.BlockSize(type);
        Assert.Throws<InputException>(() => TensorCodec.Dequantize(type, new byte[TensorTypes.BlockBytes(type)], elements));
        Assert.Throws<InputException>(() => TensorCodec.Quantize(type, new float[elements], elements));
    }
}
