namespace MultiagentFT.Gguf.Tests.Tensors;

public sealed class TensorTypesTests
{
    [Theory]
    [InlineData(TensorType.F32, 0, 1, 4)]
    [InlineData(TensorType.F16, 1, 1, 2)]
    [InlineData(TensorType.Q4_0, 2, 32, 18)]
    [InlineData(TensorType.Q4_1, 3, 32, 20)]
    [InlineData(TensorType.Q5_0, 6, 32, 22)]
    [InlineData(TensorType.Q5_1, 7, 32, 24)]
    [InlineData(TensorType.Q8_0, 8, 32, 34)]
    [InlineData(TensorType.Q8_1, 9, 32, 36)]
    [InlineData(TensorType.Q2_K, 10, 256, 84)]
    [InlineData(TensorType.Q3_K, 11, 256, 110)]
    [InlineData(TensorType.Q4_K, 12, 256, 144)]
    [InlineData(TensorType.Q5_K, 13, 256, 176)]
    [InlineData(TensorType.Q6_K, 14, 256, 210)]
    [InlineData(TensorType.Q8_K, 15, 256, 292)]
    [InlineData(TensorType.IQ4_NL, 20, 32, 18)]
    [InlineData(TensorType.IQ4_XS, 23, 256, 136)]
    [InlineData(TensorType.BF16, 30, 1, 2)]
    [InlineData(TensorType.MXFP4, 39, 32, 17)]
    [InlineData(TensorType.NVFP4, 40, 64, 36)]
    [InlineData(TensorType.Q1_0, 41, 128, 18)]
    [InlineData(TensorType.Q2_0, 42, 64, 18)]
    public void IdsAndBlocksAreGgmls(TensorType type, uint id, int elements, int bytes)
    {
        Assert.Equal(id, (uint)type);
        Assert.Equal(elements, TensorTypes.BlockSize(type));
        Assert.Equal(bytes, TensorTypes.BlockBytes(type));
        Assert.Equal(elements > 1, TensorTypes.IsQuantized(type));
        Assert.Equal(3L * bytes, TensorTypes.RowBytes(type, 3L * elements));
    }

    [Fact]
    public void EveryTypeHasABlockAndParsesFromItsName()
    {
        Assert.Equal(Enum.GetValues<TensorType>(), TensorTypes.All);
        foreach (var type in TensorTypes.All)
        {
            Assert.True(TensorTypes.TryParse(TensorTypes.Name(type), out var parsed));
            Assert.Equal(type, parsed);
        }
    }

    [Fact]
    public void NamesAreTheUsualOnes()
    {
        Assert.Equal("q8_0", TensorTypes.Name(TensorType.Q8_0));
        Assert.Equal("q4_K", TensorTypes.Name(TensorType.Q4_K));
        Assert.True(TensorTypes.TryParse("Q4_k", out var type));
        Assert.Equal(TensorType.Q4_K, type);
        Assert.False(TensorTypes.TryParse("q9_9", out _));
    }

    [Fact]
    public void PartialBlocksAndUnknownTypesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => TensorTypes.RowBytes(TensorType.Q4_0, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorTypes.BlockSize((TensorType)4));
        Assert.Throws<OverflowException>(() => TensorTypes.Bytes(TensorType.F64, long.MaxValue));
    }

    [Theory]
    [InlineData(TensorType.F16, true)]
    [InlineData(TensorType.Q6_K, true)]
    [InlineData(TensorType.Q8_K, false)]
    [InlineData(TensorType.I32, false)]
    [InlineData(TensorType.F64, false)]
    public void WeightsAreWhatGgmlMultipliesBy(TensorType type, bool expected) =>
        Assert.Equal(expected, TensorTypes.IsWeight(type));
}
