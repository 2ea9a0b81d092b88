using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Writes safetensors files of F32. The same input gives the same bytes.</summary>
internal static class SafetensorsWriter
{
    /// <summary>The header is padded with blanks to this.</summary>
    private const int Alignment = 8;

    /// <summary>Writes a whole file atomically; tensors keep their order.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="metadata">For <c>__metadata__</c>.</param>
    /// <param name="tensors">Names, row-major shapes, and what gives the values once they are written: one tensor at a time is in memory.</param>
    /// <exception cref="IOException">The file cannot be written; the old one is untouched.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, IReadOnlyList<long> Shape, Func<float[]> Values)> tensors)
    {
        var header = Header(metadata, tensors);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[SafetensorsHeader.LengthBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (name, shape, values) in tensors)
            {
                var data = values();
                if (data.Length != Elements(shape)) throw new ArgumentException($"{name} has {Elements(shape)} numbers, its data {data.Length}.", nameof(tensors));
                stream.Write(MemoryMarshal.AsBytes(data.AsSpan()));
            }
        });
    }

    private static byte[] Header(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, IReadOnlyList<long> Shape, Func<float[]> Values)> tensors)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, shape, _) in tensors)
            {
                var end = offset + (Elements(shape) * sizeof(float));
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var count in shape) json.WriteNumberValue(count);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (stream.Length % Alignment != 0) stream.WriteByte((byte)' ');
        return stream.ToArray();
    }

    private static long Elements(IReadOnlyList<long> shape) => shape.Aggregate(1L, (product, length) => checked(product * length));
}
