using System.Runtime.InteropServices;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Reads tensors of the types that adapters come in, F32, F16, BF16 and Q8_0, as floats.</summary>
public static class FloatTensors
{
    private const int ChunkElements = 1 << 14;

    /// <summary>Whether the type is one of the four.</summary>
    public static bool IsRead(TensorType type) => type is TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.Q8_0;

    /// <summary>All elements in storage order, row by row.</summary>
    /// <exception cref="ArgumentException">The tensor is of another type.</exception>
    /// <exception cref="InputException">The tensor has more elements than an array can hold, or the file cannot be read.</exception>
    public static float[] Read(GgufFile file, TensorInfo tensor)
    {
        if (!IsRead(tensor.Type))
            throw new ArgumentException($"{tensor.Name} is {TensorTypes.Name(tensor.Type)}, not f32, f16, bf16 or q8_0.", nameof(tensor));
        if (tensor.Elements > Array.MaxLength)
            throw new InputException(file.Path, tensor.Name, $"at most {Array.MaxLength} elements", $"{tensor.Elements}");
        var values = new float[tensor.Elements];
        var next = 0;
        foreach (var chunk in ReadChunks(file, tensor))
        {
            chunk.Span.CopyTo(values.AsSpan(next));
            next += chunk.Length;
        }
        return values;
    }

    /// <summary>The elements of such a tensor in pieces; each is valid until the next is asked for.</summary>
    internal static IEnumerable<ReadOnlyMemory<float>> ReadChunks(GgufFile file, TensorInfo tensor)
    {
        var bytes = new byte[TensorTypes.RowBytes(tensor.Type, ChunkElements)];
        var values = new float[ChunkElements];
        for (var first = 0L; first < tensor.Elements; first += ChunkElements)
        {
            var count = (int)Math.Min(ChunkElements, tensor.Elements - first);
            var part = bytes.AsSpan(0, (int)TensorTypes.RowBytes(tensor.Type, count));
            file.Read(tensor, TensorTypes.RowBytes(tensor.Type, first), part);
            Decode(tensor.Type, part, values.AsSpan(0, count));
            yield return values.AsMemory(0, count);
        }
    }

    private static void Decode(TensorType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case TensorType.F32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case TensorType.F16:
                var halves = MemoryMarshal.Cast<byte, Half>(bytes);
                for (var i = 0; i < values.Length; i++) values[i] = (float)halves[i];
                break;
            case TensorType.BF16:
                // A BF16 number is the upper half of a float.
                var upper = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < values.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                break;
            case TensorType.Q8_0:
                DecodeOctets(bytes, values);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not f32, f16, bf16 or q8_0.");
        }
    }

    /// <summary>A block is a float16 scale and 32 signed bytes.</summary>
    private static void DecodeOctets(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        var length = TensorTypes.BlockSize(TensorType.Q8_0);
        var blockBytes = TensorTypes.BlockBytes(TensorType.Q8_0);
        for (var i = 0; i < values.Length; i++)
        {
            var block = bytes.Slice(i / length * blockBytes, blockBytes);
            values[i] = (float)MemoryMarshal.Read<Half>(block) * (sbyte)block[sizeof(ushort) + (i % length)];
        }
    }
}
