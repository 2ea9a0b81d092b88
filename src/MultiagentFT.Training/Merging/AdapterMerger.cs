using System.Numerics.Tensors;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Training.Merging;

/// <summary>Writes a base model with an adapter folded into its weights: W + (alpha / rank)·B·A.</summary>
public static class AdapterMerger
{
    /// <summary>Values that are merged at a time, if a row is no longer.</summary>
    private const int PieceElements = 1 << 20;

    private const int CopiedBytes = 1 << 22;

    /// <summary>
    /// Writes a new model file, some rows at a time: of the model no more is in memory. Layers without a pair are copied bit by bit, unless
    /// <paramref name="type"/> asks for another type.
    /// </summary>
    /// <param name="model">The base.</param>
    /// <param name="adapter">An adapter of that base.</param>
    /// <param name="output">The new file.</param>
    /// <param name="type">Type of all matrices; null keeps each tensor's own.</param>
    /// <param name="partBytes">Most bytes of tensors in a file; a larger model is written in parts, <c>NAME-00001-of-0000N.gguf</c>. Null: one file.</param>
    /// <param name="cancellation">Ends the work; nothing is written.</param>
    /// <exception cref="InputException">
    /// The adapter is of another base, a type cannot be written without an importance matrix, or a merged weight is too large for its type.
    /// </exception>
    public static MergeResult Merge(
        ModelFile model, AdapterFile adapter, string output, TensorType? type, long? partBytes = null, CancellationToken cancellation = default) =>
        Merge(model, adapter, output, type, partBytes, PieceElements, cancellation);

    /// <summary>With another number of values at a time, which changes no bit of the file.</summary>
    internal static MergeResult Merge(
        ModelFile model, AdapterFile adapter, string output, TensorType? type, long? partBytes, int pieceElements, CancellationToken cancellation)
    {
        adapter.RequireBase(model);
        var pairs = adapter.Pairs.ToDictionary(pair => pair.BaseTensor);
        foreach (var info in model.File.Tensors) RequireType(model.File, info, pairs.ContainsKey(info.Name), type);
        var metadata = model.File.Metadata.Copy();
        metadata.Set("general.name", $"{model.Name} + {adapter.Name}");
        if (type is { } fileType) metadata.Set("general.file_type", FileTypes[fileType]);
        var change = new Change();
        TensorSource[] tensors = [.. model.File.Tensors.Select(info =>
            TensorSource.InPieces(
            info.Name, Target(info, type), info.Shape,
            Pieces(model.File, adapter, info, pairs.GetValueOrDefault(info.Name), Target(info, type), pieceElements, change, cancellation)))];
        IReadOnlyList<string> files = [output];
        if (partBytes is { } most) files = GgufWriter.WriteParts(output, metadata, tensors, most);
        else GgufWriter.Write(output, metadata, tensors);
        var kept = type is { } asked ? model.File.Tensors.Where(info => IsConverted(info) && TypeOf(info, asked) != asked).Select(info => info.Name) : [];
        return new MergeResult(change.Survived, [.. kept], files);
    }

    /// <summary>
    /// The types that all matrices of a merged model may be written in, with their numbers in <c>general.file_type</c> (llama.cpp's <c>llama_ftype</c>; of
    /// K-quants those of files that have one type throughout).
    /// </summary>
    public static IReadOnlyDictionary<TensorType, uint> FileTypes { get; } = new Dictionary<TensorType, uint>
    {
        [TensorType.F16] = 1,
        [TensorType.F32] = 0,
        [TensorType.BF16] = 32,
        [TensorType.Q8_0] = 7,
        [TensorType.Q6_K] = 18,
        [TensorType.Q5_K] = 16,
        [TensorType.Q5_1] = 9,
        [TensorType.Q5_0] = 8,
        [TensorType.Q4_K] = 14,
        [TensorType.Q4_1] = 3,
        [TensorType.Q4_0] = 2,
        [TensorType.IQ4_NL] = 25,
        [TensorType.IQ4_XS] = 30,
        [TensorType.Q3_K] = 11,
        [TensorType.Q2_K] = 10,
    };

    private static bool IsConverted(TensorInfo info) => info.Shape.Count > 1 && TensorTypes.IsWeight(info.Type);

    /// <summary>The asked type, or F16 where a row does not fill its blocks.</summary>
    private static TensorType TypeOf(TensorInfo info, TensorType asked) =>
        info.RowLength % TensorTypes.BlockSize(asked) == 0 ? asked : TensorType.F16;

    private static TensorType Target(TensorInfo info, TensorType? type) => type is { } asked && IsConverted(info) ? TypeOf(info, asked) : info.Type;

    /// <summary>Before anything is written.</summary>
    private static void RequireType(GgufFile file, TensorInfo info, bool isChanged, TensorType? type)
    {
        var target = Target(info, type);
        if ((isChanged || target != info.Type) && !TensorCodec.QuantizableTypes.Contains(target))
            throw new InputException(file.Path, info.Name, "a type that can be written without an importance matrix (--type f16 is one)", TensorTypes.Name(target));
    }

    /// <summary>The rows of a tensor of the new file, some at a time.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(
        GgufFile file, AdapterFile adapter, TensorInfo info, AdapterPair? pair, TensorType target, int pieceElements, Change change, CancellationToken cancellation)
    {
        if (pair is null && target == info.Type)
        {
            var copied = new byte[Math.Min(CopiedBytes, info.Bytes)];
            for (var done = 0L; done < info.Bytes; done += copied.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                var part = copied.AsMemory(0, (int)Math.Min(copied.Length, info.Bytes - done));
                file.Read(info, done, part.Span);
                yield return part;
            }
            yield break;
        }
        var update = pair is null ? null : new MatrixUpdate(adapter, pair);
        var rows = Math.Clamp(pieceElements / info.RowLength, 1, info.Rows);
        if (rows * info.RowLength > Array.MaxLength) throw new InputException(file.Path, info.Name, $"rows of at most {Array.MaxLength} values", $"{info.RowLength}");
        var values = new float[rows * info.RowLength];
        var before = new float[values.Length];
        var stored = new byte[TensorTypes.RowBytes(info.Type, info.RowLength) * rows];
        for (var first = 0L; first < info.Rows; first += rows)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = (int)Math.Min(rows, info.Rows - first);
            var length = (int)(count * info.RowLength);
            var bytes = stored.AsSpan(0, (int)(TensorTypes.RowBytes(info.Type, info.RowLength) * count));
            file.Read(info, TensorTypes.RowBytes(info.Type, info.RowLength) * first, bytes);
            TensorCodec.Dequantize(info.Type, bytes, values.AsSpan(0, length));
            if (update is null)
            {
                yield return Quantize(file, info, target, values.AsSpan(0, length), first);
                continue;
            }
            values.AsSpan(0, length).CopyTo(before);
            update.Add(values.AsSpan(0, length), first);
            var merged = Quantize(file, info, target, values.AsSpan(0, length), first);
            // What the weights are without the change, in the same type: only the change is judged, not the type.
            var plain = target == info.Type ? before.AsSpan(0, length) : TensorCodec.Dequantize(target, Quantize(file, info, target, before.AsSpan(0, length), first), length);
            change.Count(before.AsSpan(0, length), values.AsSpan(0, length), plain, TensorCodec.Dequantize(target, merged, length));
            yield return merged;
        }
    }

    /// <exception cref="InputException">A weight is too large for the type.</exception>
    private static byte[] Quantize(GgufFile file, TensorInfo info, TensorType target, Span<float> values, long firstRow)
    {
        if (values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is >= 0 and var bad)
            throw new InputException(file.Path, $"{info.Name}[{(firstRow * info.RowLength) + bad}]", "a weight that float32 holds after the merge", $"{values[bad]}");
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

        public void Count(ReadOnlySpan<float> before, ReadOnlySpan<float> after, ReadOnlySpan<float> storedBefore, ReadOnlySpan<float> storedAfter)
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
}
