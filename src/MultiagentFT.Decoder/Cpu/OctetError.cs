using System.Numerics.Tensors;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>
/// Measures what factors in 8 bits would add to the rounding that the quantized weights have anyway, by the way of some random rows
/// through both: strong adapters, factors with outliers, and factors that cancel each other lose more in 8 bits than the weights do.
/// </summary>
internal static class OctetError
{
    /// <summary>
    /// Squared error of the adapter, as a share of that of the weights' own product, up to which 8 bits are as good as float16: together
    /// they are off by at most a tenth more than with float16.
    /// </summary>
    public const double MostShare = 0.2;

    /// <summary>Random rows; their mean is off by about a quarter.</summary>
    private const int Probes = 8;

    /// <summary>Rows of the weights that are looked at.</summary>
    private const int SampledRows = 32;

    private const int CellInputs = 32;
    private const float Most = 127;

    /// <param name="a">[rank, inputs].</param>
    /// <param name="b">[outputs, rank].</param>
    /// <param name="rank">Of the pair.</param>
    /// <param name="inputs">Of the layer.</param>
    /// <param name="outputs">Where the parts of a fused matrix end, in its rows: each has scales of its own.</param>
    /// <param name="scale">alpha / rank.</param>
    /// <param name="weights">The layer's own.</param>
    /// <param name="file">Where they are.</param>
    /// <returns>Squared error of A, B and both products in 8 bits, over that of the weights' product with rows in 8 bits.</returns>
    public static double Share(float[] a, float[] b, int rank, int inputs, IReadOnlyList<int> outputs, float scale, TensorInfo weights, GgufFile file)
    {
        var random = new SplitMix64(1);
        var roundedA = (float[])a.Clone();
        for (var r = 0; r < rank; r++) Round(roundedA.AsSpan(r * inputs, inputs));
        var roundedB = RoundColumns(b, rank, outputs);
        var sampled = Rows(file, weights);
        var (adapterError, weightError) = (0.0, 0.0);
        var (row, rounded) = (new float[inputs], new float[inputs]);
        for (var probe = 0; probe < Probes; probe++)
        {
            for (var i = 0; i < inputs; i++) row[i] = Normal(random);
            row.CopyTo(rounded, 0);
            for (var i = 0; i < inputs; i += CellInputs) Round(rounded.AsSpan(i, Math.Min(CellInputs, inputs - i)));
            var exact = Project(a, row, rank, inputs);
            var octets = Project(roundedA, rounded, rank, inputs);
            for (var r = 0; r < rank; r += DecoderOctet.Ranks) Round(octets.AsSpan(r, Math.Min(DecoderOctet.Ranks, rank - r)));
            for (var o = 0; o < outputs[^1]; o++)
            {
                double difference = scale * (Dot(roundedB.AsSpan(o * rank, rank), octets) - Dot(b.AsSpan(o * rank, rank), exact));
                adapterError += difference * difference;
            }
            TensorPrimitives.Subtract(rounded, row, rounded);
            foreach (var weightRow in sampled)
            {
                double difference = TensorPrimitives.Dot<float>(weightRow, rounded);
                weightError += difference * difference;
            }
        }
        weightError *= (double)weights.Rows / sampled.Count;
        return adapterError == 0 ? 0 : adapterError / weightError;
    }

    private static float[] Project(float[] a, float[] row, int rank, int inputs)
    {
        var sums = new float[rank];
        for (var r = 0; r < rank; r++) sums[r] = (float)Dot(a.AsSpan(r * inputs, inputs), row);
        return sums;
    }

    /// <summary>In double: factors may cancel each other.</summary>
    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++) sum += (double)left[i] * right[i];
        return sum;
    }

    private static float[] RoundColumns(float[] b, int rank, IReadOnlyList<int> ends)
    {
        var rounded = (float[])b.Clone();
        var start = 0;
        foreach (var end in ends)
        {
            var column = new float[end - start];
            for (var r = 0; r < rank; r++)
            {
                for (var o = start; o < end; o++) column[o - start] = b[(o * rank) + r];
                Round(column);
                for (var o = start; o < end; o++) rounded[(o * rank) + r] = column[o - start];
            }
            start = end;
        }
        return rounded;
    }

    /// <summary>To steps of the largest value over 127.</summary>
    private static void Round(Span<float> values)
    {
        var step = MathF.Abs(TensorPrimitives.MaxMagnitude(values)) / Most;
        if (step == 0) return;
        for (var i = 0; i < values.Length; i++) values[i] = MathF.Round(values[i] / step) * step;
    }

    private static List<float[]> Rows(GgufFile file, TensorInfo weights)
    {
        var rows = new List<float[]>();
        var bytes = new byte[TensorTypes.RowBytes(weights.Type, weights.RowLength)];
        var between = Math.Max(1, weights.Rows / SampledRows);
        for (long row = 0; row < weights.Rows && rows.Count < SampledRows; row += between)
        {
            file.Read(weights, row * bytes.Length, bytes);
            rows.Add(TensorCodec.Dequantize(weights.Type, bytes, weights.RowLength));
        }
        return rows;
    }

    /// <summary>Box and Muller's transform.</summary>
    private static float Normal(SplitMix64 random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
