using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// A matrix [outputs, inputs] that stays in its GGUF file, in the file's own bits, and is dequantized by ggml's routines where it is needed.
/// The file is read, not mapped: the system keeps its pages as it does for the process that serves the same file, and a file that
/// somebody cuts meanwhile is an error, not the end of the process.
/// </summary>
/// <param name="file">Open as long as this object is used; not owned.</param>
/// <param name="info">A tensor of two dimensions.</param>
public sealed unsafe class StoredMatrix(GgufFile file, TensorInfo info)
{
    /// <summary>Elements that a thread dequantizes at a time: their floats stay in L2.</summary>
    private const int ChunkElements = 1 << 16;

    public long Rows => info.Rows;

    public long RowLength => info.RowLength;

    /// <summary>Bytes in the file.</summary>
    public long Bytes => info.Bytes;

    /// <summary>Dequantizes consecutive rows.</summary>
    /// <param name="firstRow">From 0.</param>
    /// <param name="destination">[rows, inputs] on the CPU, contiguous, float32 or bfloat16, which the floats are rounded to.</param>
    /// <param name="threads">1 or more.</param>
    /// <exception cref="MultiagentFT.Foundation.InputException">The file cannot be read any more, or ggml does not dequantize the type.</exception>
    public void Read(long firstRow, Tensor destination, int threads)
    {
        var rows = destination.shape[0];
        if (firstRow < 0 || firstRow + rows > Rows) throw new ArgumentOutOfRangeException(nameof(firstRow), firstRow, $"{info.Name} has {Rows} rows.");
        var target = Target(destination, out var isNarrow);
        var perChunk = Math.Max(1, ChunkElements / RowLength);
        ForEach((rows + perChunk - 1) / perChunk, threads, chunk =>
        {
            var first = chunk * perChunk;
            ReadRows(firstRow + first, Math.Min(perChunk, rows - first), target + (first * RowLength * ElementBytes(isNarrow)), isNarrow);
        });
    }

    /// <summary>Dequantizes any rows, in the order in which they are named.</summary>
    /// <inheritdoc cref="Read"/>
    public void Gather(ReadOnlySpan<long> rows, Tensor destination, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.shape[0], rows.Length);
        var target = Target(destination, out var isNarrow);
        var named = rows.ToArray();
        ForEach(named.Length, threads, i => ReadRows(named[i], 1, target + (i * RowLength * ElementBytes(isNarrow)), isNarrow));
    }

    private static void ForEach(long count, int threads, Action<long> body)
    {
        if (threads > 1 && count > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
            return;
        }
        for (var i = 0L; i < count; i++) body(i);
    }

    private static int ElementBytes(bool isNarrow) => isNarrow ? sizeof(ushort) : sizeof(float);

    private byte* Target(Tensor destination, out bool isNarrow)
    {
        isNarrow = destination.dtype == ScalarType.BFloat16;
        if (destination.shape is not [_, var inputs] || inputs != RowLength || (!isNarrow && destination.dtype != ScalarType.Float32) || !destination.is_contiguous())
            throw new ArgumentException($"Rows of {info.Name} need a contiguous [rows, {RowLength}] of float32 or bfloat16.", nameof(destination));
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(destination.bytes));
    }

    private void ReadRows(long first, long count, byte* target, bool isNarrow)
    {
        var elements = checked((int)(count * RowLength));
        var rowBytes = TensorTypes.RowBytes(info.Type, RowLength);
        if (info.Type == (isNarrow ? TensorType.BF16 : TensorType.F32))
        {
            file.Read(info, first * rowBytes, new Span<byte>(target, elements * ElementBytes(isNarrow)));
            return;
        }
        var stored = ArrayPool<byte>.Shared.Rent((int)(count * rowBytes));
        var values = isNarrow ? ArrayPool<float>.Shared.Rent(elements) : [];
        try
        {
            var bytes = stored.AsSpan(0, (int)(count * rowBytes));
            file.Read(info, first * rowBytes, bytes);
            var floats = isNarrow ? values.AsSpan(0, elements) : new Span<float>(target, elements);
            TensorCodec.Dequantize(info.Type, bytes, floats);
            if (isNarrow) BFloat16Rounding.Round(floats, new Span<ushort>(target, elements));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
            if (isNarrow) ArrayPool<float>.Shared.Return(values);
        }
    }
}
