using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
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
public sealed unsafe class StoredMatrix(GgufFile file, TensorInfo info) : IDisposable
{
    /// <summary>Elements that a device dequantizes at a time: what lies between is several times as large.</summary>
    private const int DeviceElements = 1 << 24;

    /// <summary>The file's own bits on a device, once they have been asked for there.</summary>
    private Tensor? _bits;

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
    /// <exception cref="InputException">The file cannot be read any more, or ggml does not dequantize the type.</exception>
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

    /// <summary>Dequantizes consecutive rows where they are needed. The file's own bits are sent there once and stay, as long as this object is not disposed.</summary>
    /// <param name="firstRow">From 0.</param>
    /// <param name="destination">[rows, inputs], float32 or bfloat16, on the device.</param>
    /// <param name="dequantizer">Of that device.</param>
    /// <exception cref="InputException">The file cannot be read any more, or the type is none that devices dequantize.</exception>
    internal void ReadThere(long firstRow, Tensor destination, TensorDequantizer dequantizer)
    {
        using var gradients = no_grad();
        var rows = destination.shape[0];
        if (firstRow < 0 || firstRow + rows > Rows) throw new ArgumentOutOfRangeException(nameof(firstRow), firstRow, $"{info.Name} has {Rows} rows.");
        var bits = _bits ??= Upload(destination.device);
        var atATime = Math.Max(1, DeviceElements / RowLength);
        for (var first = 0L; first < rows; first += atATime)
        {
            using var scope = NewDisposeScope();
            var part = bits.narrow(0, firstRow + first, Math.Min(atATime, rows - first));
            destination.narrow(0, first, part.shape[0]).copy_(part.dtype == ScalarType.Byte ? dequantizer.Dequantize(info.Type, part, RowLength) : part);
        }
    }

    /// <summary>Frees what lies on a device; it is sent there again when it is needed.</summary>
    public void Dispose()
    {
        _bits?.Dispose();
        _bits = null;
    }

    /// <summary>Blocks as bytes [rows, bytes of a row], plain numbers as such [rows, inputs].</summary>
    private Tensor Upload(Device device)
    {
        ScalarType? plain = info.Type switch
        {
            TensorType.F32 => ScalarType.Float32,
            TensorType.F16 => ScalarType.Float16,
            TensorType.BF16 => ScalarType.BFloat16,
            _ when TensorDequantizer.Knows(info.Type) => null,
            _ => throw new InputException(info.Name, null, "a type that is dequantized on a GPU", TensorTypes.Name(info.Type)),
        };
        using var scope = NewDisposeScope();
        var rowBytes = TensorTypes.RowBytes(info.Type, RowLength);
        var bits = empty([Rows, plain is null ? rowBytes : RowLength], dtype: plain ?? ScalarType.Byte);
        var target = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bits.narrow(0, 0, 1).bytes));
        for (var row = 0L; row < Rows; row++) file.Read(info, row * rowBytes, new Span<byte>(target + (row * rowBytes), (int)rowBytes));
        return bits.to(device).DetachFromDisposeScope();
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
