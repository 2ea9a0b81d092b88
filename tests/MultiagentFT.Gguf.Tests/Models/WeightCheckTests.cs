using System.Buffers.Binary;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf.Tests.Samples;

namespace MultiagentFT.Gguf.Tests.Models;

public sealed class WeightCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<TensorType, int[]> Scaled => new()
    {
        { TensorType.F16, [0] },
        { TensorType.BF16, [0] },
        { TensorType.Q4_0, [0] },
        { TensorType.Q4_1, [0, 2] },
        { TensorType.Q5_0, [0] },
        { TensorType.Q5_1, [0, 2] },
        { TensorType.Q8_0, [0] },
        { TensorType.Q2_K, [80, 82] },
        { TensorType.Q3_K, [108] },
        { TensorType.Q4_K, [0, 2] },
        { TensorType.Q5_K, [0, 2] },
        { TensorType.Q6_K, [208] },
        { TensorType.IQ4_NL, [0] },
        { TensorType.IQ4_XS, [0] },
        { TensorType.TQ1_0, [52] },
        { TensorType.TQ2_0, [64] },
    };

    /// <summary>Blocks of all ones are sound whatever their integers, until a scale is infinite or NaN.</summary>
    [Theory]
    [MemberData(nameof(Scaled))]
    public void ScalesThatAreNotFiniteAreFound(TensorType type, int[] places)
    {
        var bytes = TensorTypes.BlockBytes(type);
        foreach (var place in places)
        {
            foreach (var bits in (ushort[])[0x7c00, 0xfc00, 0x7e00])
            {
                var data = Enumerable.Repeat((byte)0x11, 5 * bytes).ToArray();
                Assert.Equal(-1, WeightCheck.FirstNonFinite(type, data));
                BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan((3 * bytes) + place), type == TensorType.BF16 ? (ushort)(bits | 0x7f80) : bits);
                Assert.Equal(3, WeightCheck.FirstNonFinite(type, data));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void FloatsThatAreNotFiniteAreFoundWhereverTheyStand(float value)
    {
        for (var at = 0; at < 37; at++)
        {
            var values = Enumerable.Repeat(float.MaxValue, 37).ToArray();
            Assert.Equal(-1, WeightCheck.FirstNonFinite(TensorType.F32, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
            values[at] = value;
            Assert.Equal(at, WeightCheck.FirstNonFinite(TensorType.F32, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
        }
    }

    [Fact]
    public void TheTensorIsNamed()
    {
        var tiny = new TinyModel();
        tiny.Tensors["blk.1.ffn_norm.weight"] = new TensorSource("blk.1.ffn_norm.weight", TensorType.F32, [32], () =>
        {
            var values = new byte[128];
            BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(20), float.NaN);
            return values;
        });
        using var model = ModelFile.Open(tiny.Write(_folder.File("model.gguf")));

        var error = Assert.Throws<InputException>(() => WeightCheck.Run(model));

        Assert.Equal((model.File.Path, "blk.1.ffn_norm.weight[5]"), (error.InputSource, error.Place));
    }
}
