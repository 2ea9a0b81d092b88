using System.Diagnostics.CodeAnalysis;

namespace MultiagentFT.Gguf;

/// <summary>The rules that a tensor's shape and place obey in a GGUF file, shared by reader and writer.</summary>
internal static class TensorLayout
{
    public const int MaximumDimensions = 4;

    /// <summary>ggml keeps a name in 64 bytes, one of them the terminator.</summary>
    public const int MaximumNameBytes = 63;

    public const int DefaultAlignment = 32;

    public const string AlignmentKey = "general.alignment";

    public static bool IsAlignment(uint alignment) =>
        alignment is >= 8 and <= 65536 && (alignment & (alignment - 1)) == 0;

    /// <exception cref="OverflowException">The result does not fit in 63 bits.</exception>
    public static long Align(long position, uint alignment) => checked(position + alignment - 1) & ~((long)alignment - 1);

    /// <summary>Size in bytes of a tensor of a known type, or what is wrong with its shape.</summary>
    public static bool TryGetBytes(
        TensorType type, IReadOnlyList<long> shape, out long bytes, [NotNullWhen(false)] out string? expected)
    {
        bytes = 0;
        expected = null;
        if (shape.Count is 0 or > MaximumDimensions) expected = $"1 to {MaximumDimensions} dimensions";
        else if (shape.Any(length => length <= 0)) expected = "every dimension to be at least 1";
        else if (shape[0] % TensorTypes.BlockSize(type) != 0)
            expected = $"a row length that is a multiple of {TensorTypes.BlockSize(type)} ({TensorTypes.Name(type)})";
        else
        {
            try
            {
                bytes = shape.Skip(1).Aggregate(TensorTypes.RowBytes(type, shape[0]), (total, length) => checked(total * length));
                _ = shape.Aggregate(1L, (product, length) => checked(product * length));
            }
            catch (OverflowException)
            {
                expected = "a tensor of less than 2^63 bytes";
            }
        }
        return expected is null;
    }
}
