using System.Collections.Frozen;

namespace MultiagentFT.Gguf;

/// <summary>Sizes and names of the tensor types. A row is stored in blocks of a fixed number of elements and bytes.</summary>
public static class TensorTypes
{
    private static readonly FrozenDictionary<TensorType, (int Elements, int Bytes)> Blocks =
        new Dictionary<TensorType, (int, int)>
        {
            [TensorType.F32] = (1, 4),
            [TensorType.F16] = (1, 2),
            [TensorType.Q4_0] = (32, 18),
            [TensorType.Q4_1] = (32, 20),
            [TensorType.Q5_0] = (32, 22),
            [TensorType.Q5_1] = (32, 24),
            [TensorType.Q8_0] = (32, 34),
            [TensorType.Q8_1] = (32, 36),
            [TensorType.Q2_K] = (256, 84),
            [TensorType.Q3_K] = (256, 110),
            [TensorType.Q4_K] = (256, 144),
            [TensorType.Q5_K] = (256, 176),
            [TensorType.Q6_K] = (256, 210),
            [TensorType.Q8_K] = (256, 292),
            [TensorType.IQ2_XXS] = (256, 66),
            [TensorType.IQ2_XS] = (256, 74),
            [TensorType.IQ3_XXS] = (256, 98),
            [TensorType.IQ1_S] = (256, 50),
            [TensorType.IQ4_NL] = (32, 18),
            [TensorType.IQ3_S] = (256, 110),
            [TensorType.IQ2_S] = (256, 82),
            [TensorType.IQ4_XS] = (256, 136),
            [TensorType.I8] = (1, 1),
            [TensorType.I16] = (1, 2),
            [TensorType.I32] = (1, 4),
            [TensorType.I64] = (1, 8),
            [TensorType.F64] = (1, 8),
            [TensorType.IQ1_M] = (256, 56),
            [TensorType.BF16] = (1, 2),
            [TensorType.TQ1_0] = (256, 54),
            [TensorType.TQ2_0] = (256, 66),
            [TensorType.MXFP4] = (32, 17),
            [TensorType.NVFP4] = (64, 36),
            [TensorType.Q1_0] = (128, 18),
            [TensorType.Q2_0] = (64, 18),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, TensorType> ByName =
        Blocks.Keys.ToFrozenDictionary(Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every type, in the order of the ids.</summary>
    public static IReadOnlyList<TensorType> All { get; } = [.. Blocks.Keys.Order()];

    /// <summary>Whether the id is one of <see cref="TensorType"/>.</summary>
    public static bool IsKnown(TensorType type) => Blocks.ContainsKey(type);

    /// <summary>Elements in a block.</summary>
    public static int BlockSize(TensorType type) => Block(type).Elements;

    /// <summary>Bytes of a block.</summary>
    public static int BlockBytes(TensorType type) => Block(type).Bytes;

    /// <summary>Whether a block holds more than one element.</summary>
    public static bool IsQuantized(TensorType type) => Block(type).Elements > 1;

    /// <summary>
    /// Whether ggml multiplies matrices of this type: floats and quantized blocks, but not the integers, F64, and the two
    /// types (Q8_1, Q8_K) that hold activations only.
    /// </summary>
    public static bool IsWeight(TensorType type) => type switch
    {
        TensorType.F32 or TensorType.F16 or TensorType.BF16 => true,
        TensorType.Q8_1 or TensorType.Q8_K => false,
        _ => IsQuantized(type),
    };

    /// <summary>Bytes of a row of <paramref name="elements"/> elements.</summary>
    /// <exception cref="ArgumentException">The elements do not fill whole blocks.</exception>
    /// <exception cref="OverflowException">The size does not fit in 63 bits.</exception>
    public static long RowBytes(TensorType type, long elements)
    {
        var (blockElements, blockBytes) = Block(type);
        if (elements < 0 || elements % blockElements != 0)
            throw new ArgumentException($"{elements} elements are not whole {Name(type)} blocks of {blockElements}.", nameof(elements));
        return checked(elements / blockElements * blockBytes);
    }

    /// <summary>Bytes of a tensor of <paramref name="elements"/> elements, whose rows hold whole blocks.</summary>
    /// <inheritdoc cref="RowBytes" path="/exception"/>
    public static long Bytes(TensorType type, long elements) => RowBytes(type, elements);

    /// <summary>The usual spelling: lower case for floats, integers and plain blocks (q8_0), capital K for super-blocks (q4_K).</summary>
    public static string Name(TensorType type)
    {
        var name = type.ToString().ToLowerInvariant();
        return name.EndsWith("_k", StringComparison.Ordinal) ? name[..^1] + 'K' : name;
    }

    /// <summary>Finds a type by its name; case does not matter.</summary>
    public static bool TryParse(string name, out TensorType type) => ByName.TryGetValue(name, out type);

    private static (int Elements, int Bytes) Block(TensorType type) =>
        Blocks.TryGetValue(type, out var block)
            ? block
            : throw new ArgumentOutOfRangeException(nameof(type), type, "Not a known tensor type.");
}
