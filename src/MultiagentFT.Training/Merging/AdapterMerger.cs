using System.Numerics.Tensors;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Training.Merging;

/// <summary>Writes a base model with an adapter folded into its weights: W + (alpha / rank)·B·A.</summary>
public static class AdapterMerger
{
    /// <summary>
    /// Writes a new model file. Layers without a pair are copied bit by bit, unless <paramref name="type"/> asks for another type.
    /// </summary>
    /// <param name="model">The base.</param>
    /// <param name="adapter">An adapter of that base.</param>
    /// <param name="output">The new file.</param>
    /// <param name="type">Type of all matrices; null keeps each tensor's own.</param>
    /// <param name="cancellation">Ends the work; nothing is written.</param>
    /// <exception cref="InputException">
    /// The adapter is of another base, the type cannot be written without an importance matrix, or a merged weight is too large for its type.
    /// </exception>
    public static MergeResult Merge(ModelFile model, AdapterFile adapter, string output, TensorType? type, CancellationToken cancellation = default)
    {
        adapter.RequireBase(model);
        var pairs = adapter.Pairs.ToDictionary(pair => pair.BaseTensor);
        var metadata = model.File.Metadata.Copy();
        metadata.Set("general.name", $"{model.Name} + {adapter.Name}");
        if (type is { } fileType) metadata.Set("general.file_type", FileTypes[fileType]);
        var change = new Change();
        GgufWriter.Write(output, metadata, [.. model.File.Tensors.Select(info =>
            Source(model.File, adapter, info, pairs.GetValueOrDefault(info.Name), type, change, cancellation))]);
        var kept = type is { } asked ? model.File.Tensors.Where(info => IsConverted(info) && TypeOf(info, asked) != asked).Select(info => info.Name) : [];
        return new MergeResult(change.Survived, [.. kept]);
    }

    /// <summary>The types that a merged model may be written in, with their numbers in <c>general.file_type</c>.</summary>
    public static IReadOnlyDictionary<TensorType, uint> FileTypes { get; } = new Dictionary<TensorType, uint>
    {
        [TensorType.F32] = 0,
        [TensorType.F16] = 1,
        [TensorType.Q4_0] = 2,
        [TensorType.Q8_0] = 7,
    };

    private static bool IsConverted(TensorInfo info) => info.Shape.Count > 1 && TensorTypes.IsWeight(info.Type);

    /// <summary>The asked type, or F16 where a row does not fill its blocks.</summary>
    private static TensorType TypeOf(TensorInfo info, TensorType asked) =>
        info.RowLength % TensorTypes.BlockSize(asked) == 0 ? asked : TensorType.F16;

    private static TensorSource Source(
        GgufFile file, AdapterFile adapter, TensorInfo info, AdapterPair? pair, TensorType? type, Change change, CancellationToken cancellation)
    {
        var target = type is { } asked && IsConverted(info) ? TypeOf(info, asked) : info.Type;
        return new TensorSource(info.Name, target, info.Shape, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            var bytes = file.Read(info);
            if (pair is null && target == info.Type) return bytes;
            var values = TensorCodec.Dequantize(info.Type, bytes, info.Elements);
            if (pair is null) return Quantize(file, info, target, values);
            var before = (float[])values.Clone();
            Add(values, adapter, pair);
            var merged = Quantize(file, info, target, values);
            // What the weights are without the change, in the same type: only the change is judged, not the type.
            var plain = target == info.Type ? before : TensorCodec.Dequantize(target, Quantize(file, info, target, before), info.Elements);
            change.Count(before, values, plain, TensorCodec.Dequantize(target, merged, info.Elements));
            return merged;
        });
    }

    /// <exception cref="InputException">A weight is too large for the type.</exception>
    private static byte[] Quantize(GgufFile file, TensorInfo info, TensorType target, float[] values)
    {
        if (Array.FindIndex(values, value => !float.IsFinite(value)) is >= 0 and var bad)
            throw new InputException(file.Path, $"{info.Name}[{bad}]", "a weight that float32 holds after the merge", $"{values[bad]}");
        var data = TensorCodec.Quantize(target, values, info.RowLength);
        if (WeightCheck.FirstNonFinite(target, data) < 0) return data;
        throw new InputException(
            file.Path, info.Name, $"merged weights that {TensorTypes.Name(target)} holds (--type f32 holds more)", $"up to {TensorPrimitives.MaxMagnitude<float>(values):0.###e+0}");
    }

    /// <summary>Adds up the change of all layers, and what is off of it.</summary>
    private sealed class Change
    {
        private double _change;
        private double _lost;

        public double Survived => _change == 0 ? 1 : Math.Max(0, 1 - (_lost / _change));

        public void Count(float[] before, float[] after, float[] storedBefore, float[] storedAfter)
        {
            for (var i = 0; i < before.Length; i++)
            {
                var change = (double)after[i] - before[i];
                var off = storedAfter[i] - storedBefore[i] - change;
                _change += change * change;
                _lost += off * off;
            }
        }
    }

    /// <summary>Adds scale·B·A to W, all row-major: W [outputs, inputs], B [outputs, rank], A [rank, inputs].</summary>
    private static void Add(float[] weights, AdapterFile adapter, AdapterPair pair)
    {
        var a = FloatTensors.Read(adapter.File, pair.A);
        var b = FloatTensors.Read(adapter.File, pair.B);
        if (pair.IsEmbedding) (a, b) = (Transposed(b, pair.Rank), a);
        var scale = adapter.Alpha / pair.Rank;
        var inputs = (int)pair.InputLength;
        for (var row = 0; row < pair.OutputLength; row++)
        {
            var sum = weights.AsSpan(row * inputs, inputs);
            for (var k = 0; k < pair.Rank; k++)
                TensorPrimitives.MultiplyAdd(a.AsSpan(k * inputs, inputs), scale * b[(row * pair.Rank) + k], sum, sum);
        }
    }

    /// <summary>[rank, n] of [n, rank].</summary>
    private static float[] Transposed(float[] values, int rank)
    {
        var result = new float[values.Length];
        var count = values.Length / rank;
        for (var i = 0; i < count; i++)
            for (var k = 0; k < rank; k++) result[(k * count) + i] = values[(i * rank) + k];
        return result;
    }
}
