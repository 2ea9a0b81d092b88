using System.Numerics.Tensors;
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
    /// <exception cref="MultiagentFT.Foundation.InputException">The adapter is of another base, or the type cannot be written without an importance matrix.</exception>
    public static void Merge(ModelFile model, AdapterFile adapter, string output, TensorType? type)
    {
        adapter.RequireBase(model);
        var pairs = adapter.Pairs.ToDictionary(pair => pair.BaseTensor);
        var metadata = model.File.Metadata.Copy();
        metadata.Set("general.name", $"{model.Name} + {adapter.Name}");
        if (type is { } fileType) metadata.Set("general.file_type", FileTypes[fileType]);
        GgufWriter.Write(output, metadata, [.. model.File.Tensors.Select(info => Source(model.File, adapter, info, pairs.GetValueOrDefault(info.Name), type))]);
    }

    /// <summary>The types that a merged model may be written in, with their numbers in <c>general.file_type</c>.</summary>
    public static IReadOnlyDictionary<TensorType, uint> FileTypes { get; } = new Dictionary<TensorType, uint>
    {
        [TensorType.F32] = 0,
        [TensorType.F16] = 1,
        [TensorType.Q4_0] = 2,
        [TensorType.Q8_0] = 7,
    };

    private static TensorSource Source(GgufFile file, AdapterFile adapter, TensorInfo info, AdapterPair? pair, TensorType? type)
    {
        var target = info.Shape.Count > 1 && TensorTypes.IsWeight(info.Type) ? type ?? info.Type : info.Type;
        return new TensorSource(info.Name, target, info.Shape, () =>
        {
            var bytes = file.Read(info);
            if (pair is null && target == info.Type) return bytes;
            var values = TensorCodec.Dequantize(info.Type, bytes, info.Elements);
            if (pair is not null) Add(values, adapter, pair);
            return TensorCodec.Quantize(target, values, info.RowLength);
        });
    }

    /// <summary>Adds scale·B·A to W, all row-major: W [outputs, inputs], B [outputs, rank], A [rank, inputs].</summary>
    private static void Add(float[] weights, AdapterFile adapter, AdapterPair pair)
    {
        var a = FloatTensors.Read(adapter.File, pair.A);
        var b = FloatTensors.Read(adapter.File, pair.B);
        var scale = adapter.Alpha / pair.Rank;
        var inputs = (int)pair.InputLength;
        for (var row = 0; row < pair.OutputLength; row++)
        {
            var sum = weights.AsSpan(row * inputs, inputs);
            for (var k = 0; k < pair.Rank; k++)
                TensorPrimitives.MultiplyAdd(a.AsSpan(k * inputs, inputs), scale * b[(row * pair.Rank) + k], sum, sum);
        }
    }
}
