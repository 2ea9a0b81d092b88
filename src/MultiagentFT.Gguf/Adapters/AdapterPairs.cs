using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Finds and checks the pairs of factors in an adapter file.</summary>
internal static class AdapterPairs
{
    /// <summary>Largest change of a matrix, as a Frobenius norm, that can be computed: squares of what comes of it have to fit float32.</summary>
    private const double MostChange = 1e9;

    /// <exception cref="InputException">
    /// A tensor is neither part of a pair nor a norm, not of rank-consistent 2-D shape, not F32, F16, BF16 or Q8_0, holds NaN or infinity, or is too large to compute with.
    /// </exception>
    public static IReadOnlyList<AdapterPair> Read(GgufFile file, float alpha)
    {
        var squares = file.Tensors.Where(tensor => !IsNorm(tensor)).ToDictionary(tensor => tensor.Name, tensor => CheckTensor(file, tensor), StringComparer.Ordinal);
        var pairs = new List<AdapterPair>();
        foreach (var a in file.Tensors.Where(tensor => tensor.Name.EndsWith(AdapterKeys.SuffixA, StringComparison.Ordinal)))
        {
            var name = a.Name[..^AdapterKeys.SuffixA.Length];
            var pair = Pair(file, name, a, Partner(file, a, name + AdapterKeys.SuffixB));
            RequireChange(file.Path, a.Name, alpha / pair.Rank, squares[a.Name], squares[pair.B.Name]);
            pairs.Add(pair);
        }
        return pairs.Count > 0
            ? pairs
            : throw new InputException(file.Path, null, "at least one pair of lora_a and lora_b", file.Tensors.Count == 0 ? "no tensors" : "norms only");
    }

    /// <param name="path">For messages.</param>
    /// <param name="name">Of the first factor.</param>
    /// <param name="scale">Of their product.</param>
    /// <param name="squaresA">Sum of the squares of A.</param>
    /// <param name="squaresB">Sum of the squares of B.</param>
    /// <exception cref="InputException">The change is too large to compute with.</exception>
    public static void RequireChange(string path, string name, float scale, double squaresA, double squaresB)
    {
        var change = Math.Abs(scale) * Math.Sqrt(squaresA) * Math.Sqrt(squaresB);
        if (!(change <= MostChange))
            throw new InputException(path, name, $"factors whose product, scaled by alpha / rank, is at most {MostChange:0} in norm", $"up to {change:0.0e+0}");
    }

    /// <summary>Whether a tensor is no factor but a norm's weights.</summary>
    public static bool IsNorm(TensorInfo tensor) => tensor.Name.EndsWith(AdapterKeys.NormSuffix, StringComparison.Ordinal);

    private static AdapterPair Pair(GgufFile file, string name, TensorInfo a, TensorInfo b)
    {
        if (name.Length == 0) throw new InputException(file.Path, a.Name, "the factors of a tensor", "no name");
        // What is multiplied last has the rank as its row length; of the embedding both have.
        var rank = name == AdapterKeys.Embedding ? a.Shape[0] : a.Shape[1];
        if (b.Shape[0] != rank) throw new InputException(file.Path, b.Name, $"row length {rank}, the rank of {a.Name}", b.ShapeText);
        if (rank > int.MaxValue) throw new InputException(file.Path, a.Name, $"a rank of at most {int.MaxValue}", a.ShapeText);
        return new AdapterPair(name, a, b, (int)rank);
    }

    /// <returns>The sum of all squares.</returns>
    private static double CheckTensor(GgufFile file, TensorInfo tensor)
    {
        if (tensor.Name.EndsWith(AdapterKeys.SuffixB, StringComparison.Ordinal))
            Partner(file, tensor, tensor.Name[..^AdapterKeys.SuffixB.Length] + AdapterKeys.SuffixA);
        else if (!tensor.Name.EndsWith(AdapterKeys.SuffixA, StringComparison.Ordinal))
            throw new InputException(file.Path, tensor.Name, "only tensors named <base tensor>.lora_a and .lora_b, and norms", "this one");
        if (tensor.Shape.Count != 2) throw new InputException(file.Path, tensor.Name, "two dimensions", tensor.ShapeText);
        if (!FloatTensors.IsRead(tensor.Type))
            throw new InputException(file.Path, tensor.Name, "type f32, f16, bf16 or q8_0", TensorTypes.Name(tensor.Type));
        return CheckFinite(file, tensor);
    }

    private static TensorInfo Partner(GgufFile file, TensorInfo tensor, string name) =>
        file.TryGetTensor(name, out var partner) ? partner : throw new InputException(file.Path, tensor.Name, $"{name} beside it", "none");

    private static double CheckFinite(GgufFile file, TensorInfo tensor)
    {
        var squares = 0.0;
        var first = 0L;
        foreach (var chunk in FloatTensors.ReadChunks(file, tensor))
        {
            var index = chunk.Span.IndexOfAnyNonFinite();
            if (index >= 0)
                throw new InputException(file.Path, $"{tensor.Name}[{first + index}]", "a finite number", $"{chunk.Span[index]}");
            foreach (var value in chunk.Span) squares += (double)value * value;
            first += chunk.Length;
        }
        return squares;
    }

    private static int IndexOfAnyNonFinite(this ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) return i;
        }
        return -1;
    }
}
