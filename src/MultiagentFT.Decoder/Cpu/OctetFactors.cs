using System.Numerics.Tensors;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>
/// Factors of a LoRA pair in 8 bits, as native/decoder/adapters.inc reads them: eight ranks at a time, q + 128 in a byte, and for
/// every rank the scale that makes its largest value 127.
/// </summary>
internal static unsafe class OctetFactors
{
    /// <summary>Neighbouring inputs of a rank.</summary>
    private const int GroupInputs = 8;

    /// <summary>Outputs of a panel.</summary>
    private const int PanelOutputs = 16;

    private const int Zero = 128;
    private const float Most = 127;

    /// <summary>Ranks whose largest value is smaller are taken as none: no training leaves such.</summary>
    private const float Least = 1e-30f;

    /// <summary>Octets of a rank.</summary>
    public static int Count(int rank) => (rank + DecoderOctet.Ranks - 1) / DecoderOctet.Ranks;

    /// <summary>Bytes of A for an octet.</summary>
    public static long InputBytes(int inputs) => (long)inputs * DecoderOctet.Ranks;

    /// <summary>Bytes of B for an octet.</summary>
    public static long OutputBytes(int outputs) => (long)((outputs + PanelOutputs - 1) / PanelOutputs) * PanelOutputs * DecoderOctet.Ranks;

    /// <summary>Packs eight ranks of A, fewer at the end.</summary>
    /// <param name="a">[rank, inputs].</param>
    /// <param name="first">The octet's first rank.</param>
    /// <param name="rank">Of the pair.</param>
    /// <param name="inputs">A multiple of 32, as quantized weights have.</param>
    /// <param name="packed"><see cref="InputBytes"/>.</param>
    /// <param name="scales">[8]: what a step of each rank is worth.</param>
    public static void PackInputs(ReadOnlySpan<float> a, int first, int rank, int inputs, byte* packed, Span<float> scales)
    {
        new Span<byte>(packed, checked((int)InputBytes(inputs))).Fill(Zero);
        for (var r = 0; r < DecoderOctet.Ranks; r++)
        {
            scales[r] = 0;
            if (first + r >= rank) continue;
            var row = a.Slice((first + r) * inputs, inputs);
            scales[r] = ScaleOf(row, out var inverse);
            for (var i = 0; i < inputs; i++)
                packed[((((i / GroupInputs) * DecoderOctet.Ranks) + r) * GroupInputs) + (i % GroupInputs)] = Quantize(row[i], inverse);
        }
    }

    /// <summary>Packs eight ranks of B, fewer at the end.</summary>
    /// <param name="b">[rank, outputs]: transposed.</param>
    /// <param name="first">The octet's first rank.</param>
    /// <param name="rank">Of the pair.</param>
    /// <param name="outputs">1 or more.</param>
    /// <param name="packed"><see cref="OutputBytes"/>.</param>
    /// <param name="scales">[8]: what a step of each rank is worth.</param>
    public static void PackOutputs(ReadOnlySpan<float> b, int first, int rank, int outputs, byte* packed, Span<float> scales)
    {
        new Span<byte>(packed, checked((int)OutputBytes(outputs))).Fill(Zero);
        for (var r = 0; r < DecoderOctet.Ranks; r++)
        {
            scales[r] = 0;
            if (first + r >= rank) continue;
            var row = b.Slice((first + r) * outputs, outputs);
            scales[r] = ScaleOf(row, out var inverse);
            for (var o = 0; o < outputs; o++)
                packed[(((((o / PanelOutputs * 2) + (r / 4)) * PanelOutputs) + (o % PanelOutputs)) * 4) + (r % 4)] = Quantize(row[o], inverse);
        }
    }

    private static float ScaleOf(ReadOnlySpan<float> row, out float inverse)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(row));
        inverse = largest > Least ? Most / largest : 0;
        return inverse == 0 ? 0 : largest / Most;
    }

    private static byte Quantize(float value, float inverse) => (byte)(Zero + (int)MathF.Round(value * inverse));
}
