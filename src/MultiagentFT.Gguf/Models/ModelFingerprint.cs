using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Tells base models apart in milliseconds, whatever their size.</summary>
public static class ModelFingerprint
{
    private const int SampleBytes = 4096;

    /// <summary>
    /// Lower-case hex SHA-256 over the tensor directory (names, types, shapes, sorted by name) and the first and last 4 KiB
    /// of every tensor's data. Metadata and file order do not count; a change in the middle of a large tensor goes unseen.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read any more.</exception>
    public static string Of(GgufFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sorted = file.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        foreach (var tensor in sorted) AppendEntry(hash, tensor);
        var sample = new byte[SampleBytes];
        foreach (var tensor in sorted)
        {
            var head = sample.AsSpan(0, (int)Math.Min(SampleBytes, tensor.Bytes));
            file.Read(tensor, 0, head);
            hash.AppendData(head);
            file.Read(tensor, tensor.Bytes - head.Length, head);
            hash.AppendData(head);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendEntry(IncrementalHash hash, TensorInfo tensor)
    {
        var name = Encoding.UTF8.GetBytes(tensor.Name);
        AppendNumber(hash, name.Length);
        hash.AppendData(name);
        AppendNumber(hash, (long)tensor.Type);
        AppendNumber(hash, tensor.Shape.Count);
        foreach (var length in tensor.Shape) AppendNumber(hash, length);
    }

    private static void AppendNumber(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
