using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Writes GGUF version 3. The same input gives the same bytes.</summary>
public static class GgufWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Writes a whole file atomically; keys and tensors keep their order. <c>general.alignment</c> in the metadata sets the
    /// padding (32 without it).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A tensor's name, shape or data, or the alignment, is not what the format allows. The old file is untouched.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; the old file is untouched.</exception>
    public static void Write(string path, GgufMetadata metadata, IReadOnlyList<TensorSource> tensors)
    {
        var alignment = Alignment(metadata);
        var layout = Layout(tensors, alignment);
        AtomicFile.Write(path, stream =>
        {
            using (var writer = new BinaryWriter(stream, StrictUtf8, leaveOpen: true))
            {
                writer.Write(GgufHeader.Magic);
                writer.Write(GgufHeader.LatestVersion);
                writer.Write((ulong)tensors.Count);
                writer.Write((ulong)metadata.Count);
                foreach (var (key, value) in metadata) WriteEntry(writer, key, value);
                foreach (var info in layout) WriteTensorInfo(writer, info);
            }
            Pad(stream, alignment);
            for (var i = 0; i < tensors.Count; i++)
            {
                var written = 0L;
                foreach (var piece in tensors[i].Pieces)
                {
                    written += piece.Length;
                    stream.Write(piece.Span);
                }
                if (written != layout[i].Bytes)
                    throw new ArgumentException($"{layout[i].Name} has {layout[i].Bytes} bytes, its data {written}.", nameof(tensors));
                Pad(stream, alignment);
            }
        });
    }

    /// <summary>
    /// Writes a model as several files, <c>NAME-00001-of-0000N.gguf</c>, as llama-gguf-split does; as one, <paramref name="path"/> itself, where it is no larger than a
    /// part may be. The first part, which has the keys and without which none is read, is written last.
    /// </summary>
    /// <param name="path">Ends in <c>.gguf</c>.</param>
    /// <param name="metadata">As of one file.</param>
    /// <param name="tensors">As of one file.</param>
    /// <param name="partBytes">Most bytes of the tensors of a part; a larger tensor is a part alone.</param>
    /// <returns>The files, the first part first.</returns>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static IReadOnlyList<string> WriteParts(string path, GgufMetadata metadata, IReadOnlyList<TensorSource> tensors, long partBytes)
    {
        var parts = new List<List<TensorSource>>();
        var size = 0L;
        foreach (var (tensor, info) in tensors.Zip(Layout(tensors, Alignment(metadata))))
        {
            if (parts.Count == 0 || info.Bytes > partBytes - size)
            {
                parts.Add([]);
                size = 0;
            }
            parts[^1].Add(tensor);
            size += info.Bytes;
        }
        if (parts.Count > PartFiles.Most) throw new ArgumentException($"A model has at most {PartFiles.Most} parts, not {parts.Count}.", nameof(partBytes));
        if (parts.Count == 1)
        {
            Write(path, metadata, tensors);
            return [path];
        }
        var paths = Enumerable.Range(0, parts.Count).Select(part => GgufParts.PathOf(path, part, parts.Count)).ToList();
        for (var part = parts.Count - 1; part >= 0; part--)
            Write(paths[part], GgufParts.Describe(metadata, part, parts.Count, tensors.Count), parts[part]);
        return paths;
    }

    private static uint Alignment(GgufMetadata metadata)
    {
        if (!metadata.TryGetValue(TensorLayout.AlignmentKey, out var value)) return TensorLayout.DefaultAlignment;
        return value is uint alignment && TensorLayout.IsAlignment(alignment)
            ? alignment
            : throw new ArgumentException($"{TensorLayout.AlignmentKey} is a uint power of two from 8 to 65536, not {value}.");
    }

    private static List<TensorInfo> Layout(IReadOnlyList<TensorSource> tensors, uint alignment)
    {
        var layout = new List<TensorInfo>(tensors.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            if (StrictUtf8.GetByteCount(tensor.Name) is 0 or > TensorLayout.MaximumNameBytes)
                throw new ArgumentException($"A tensor's name has 1 to {TensorLayout.MaximumNameBytes} bytes, not '{tensor.Name}'.");
            if (!names.Add(tensor.Name)) throw new ArgumentException($"Two tensors are named {tensor.Name}.");
            if (!TensorLayout.TryGetBytes(tensor.Type, tensor.Shape, out var bytes, out var expected))
                throw new ArgumentException($"{tensor.Name}: expected {expected}, found {TensorInfo.FormatShape(tensor.Shape)}.");
            layout.Add(new TensorInfo(tensor.Name, tensor.Type, tensor.Shape, offset, bytes));
            offset = TensorLayout.Align(checked(offset + bytes), alignment);
        }
        return layout;
    }

    private static void WriteEntry(BinaryWriter writer, string key, object value)
    {
        WriteString(writer, key);
        writer.Write((uint)GgufValueTypes.Of(value.GetType())!.Value);
        if (value is not Array values)
        {
            WriteScalar(writer, value);
            return;
        }
        writer.Write((uint)GgufValueTypes.OfElements(values));
        writer.Write((ulong)values.Length);
        foreach (var element in values) WriteScalar(writer, element!);
    }

    private static void WriteScalar(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte number: writer.Write(number); break;
            case sbyte number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool truth: writer.Write(truth); break;
            case string text: WriteBytes(writer, EscapedUtf8.Encode(text)); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            default: throw new ArgumentException($"GGUF has no type for {value.GetType()}.", nameof(value));
        }
    }

    private static void WriteTensorInfo(BinaryWriter writer, TensorInfo info)
    {
        WriteString(writer, info.Name);
        writer.Write((uint)info.Shape.Count);
        foreach (var length in info.Shape) writer.Write(length);
        writer.Write((uint)info.Type);
        writer.Write(info.Offset);
    }

    private static void WriteString(BinaryWriter writer, string text) => WriteBytes(writer, StrictUtf8.GetBytes(text));

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(Stream stream, uint alignment)
    {
        var padding = (int)(TensorLayout.Align(stream.Position, alignment) - stream.Position);
        stream.Write(new byte[padding]);
    }
}
