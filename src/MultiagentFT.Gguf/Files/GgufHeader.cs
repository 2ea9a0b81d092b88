using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>What a GGUF file says before its data: metadata, tensor directory and where the data begins.</summary>
internal sealed record GgufHeader(uint Version, GgufMetadata Metadata, IReadOnlyList<TensorInfo> Tensors, long DataStart)
{
    /// <summary>"GGUF" as a little-endian number.</summary>
    public const uint Magic = 0x46554747;

    public const uint LatestVersion = 3;

    private const int MaximumValueString = 64 << 20;

    /// <summary>Least bytes of a key, its type and a value; of a tensor's name, dimension count, one dimension, type and offset.</summary>
    private const int LeastKeyBytes = 8 + 1 + 4 + 1;
    private const int LeastTensorBytes = 8 + 1 + 4 + 8 + 4 + 8;

    /// <exception cref="InputException">Anything in the header is not as the format has it, or points outside the file.</exception>
    public static GgufHeader Read(GgufReader reader, string path, long fileLength)
    {
        reader.Place = "magic";
        if (reader.ReadUInt32() is var magic && magic != Magic) throw reader.Error("a GGUF file", $"magic 0x{magic:x8}");
        reader.Place = "version";
        var version = reader.ReadUInt32();
        if (version != 0 && (version & 0xffff) == 0) throw reader.Error("a little-endian GGUF file", "a big-endian one");
        if (version is not (2 or LatestVersion)) throw reader.Error("GGUF version 2 or 3", $"version {version}");

        reader.Place = "tensor count";
        var tensorCount = reader.ReadCount("tensors", LeastTensorBytes);
        reader.Place = "key count";
        var keyCount = reader.ReadCount("keys", LeastKeyBytes);
        var metadata = ReadMetadata(reader, path, keyCount);
        var alignment = ReadAlignment(metadata);
        var tensors = ReadDirectory(reader, tensorCount, alignment);
        var start = TensorLayout.Align(reader.Position, alignment);
        foreach (var tensor in tensors)
        {
            if (tensor.Bytes > fileLength - start - tensor.Offset)
                throw new InputException(path, tensor.Name,
                    $"{tensor.Bytes} bytes of data at {start} + {tensor.Offset}", $"a file of {fileLength} bytes (truncated?)");
        }
        return new GgufHeader(version, metadata, tensors, start);
    }

    private static GgufMetadata ReadMetadata(GgufReader reader, string path, int count)
    {
        var metadata = new GgufMetadata(path);
        for (var i = 0; i < count; i++)
        {
            reader.Place = $"name of key {i}";
            var key = reader.ReadString(GgufMetadata.MaximumKeyBytes);
            if (key.Length == 0) throw reader.Error("a key", "an empty string");
            if (metadata.Contains(key)) throw reader.Error("every key once", $"{key} again");
            reader.Place = key;
            metadata.Set(key, ReadValue(reader, (GgufValueType)reader.ReadUInt32()));
        }
        return metadata;
    }

    private static object ReadValue(GgufReader reader, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => reader.ReadNumber<byte>(),
        GgufValueType.Int8 => reader.ReadNumber<sbyte>(),
        GgufValueType.UInt16 => reader.ReadNumber<ushort>(),
        GgufValueType.Int16 => reader.ReadNumber<short>(),
        GgufValueType.UInt32 => reader.ReadNumber<uint>(),
        GgufValueType.Int32 => reader.ReadNumber<int>(),
        GgufValueType.Single => reader.ReadNumber<float>(),
        GgufValueType.Bool => reader.ReadBool(),
        GgufValueType.String => reader.ReadString(MaximumValueString),
        GgufValueType.Array => ReadArray(reader, (GgufValueType)reader.ReadUInt32()),
        GgufValueType.UInt64 => reader.ReadNumber<ulong>(),
        GgufValueType.Int64 => reader.ReadNumber<long>(),
        GgufValueType.Double => reader.ReadNumber<double>(),
        _ => throw reader.Error("a value type from 0 to 12", $"{(uint)type}"),
    };

    private static Array ReadArray(GgufReader reader, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => reader.ReadNumbers<byte>(),
        GgufValueType.Int8 => reader.ReadNumbers<sbyte>(),
        GgufValueType.UInt16 => reader.ReadNumbers<ushort>(),
        GgufValueType.Int16 => reader.ReadNumbers<short>(),
        GgufValueType.UInt32 => reader.ReadNumbers<uint>(),
        GgufValueType.Int32 => reader.ReadNumbers<int>(),
        GgufValueType.Single => reader.ReadNumbers<float>(),
        GgufValueType.Bool => reader.ReadBools(),
        GgufValueType.String => reader.ReadStrings(),
        GgufValueType.Array => throw reader.Error("an array of scalars or strings", "an array of arrays"),
        GgufValueType.UInt64 => reader.ReadNumbers<ulong>(),
        GgufValueType.Int64 => reader.ReadNumbers<long>(),
        GgufValueType.Double => reader.ReadNumbers<double>(),
        _ => throw reader.Error("an element type from 0 to 12", $"{(uint)type}"),
    };

    private static uint ReadAlignment(GgufMetadata metadata)
    {
        if (!metadata.TryGetUInt32(TensorLayout.AlignmentKey, out var alignment)) return TensorLayout.DefaultAlignment;
        return TensorLayout.IsAlignment(alignment)
            ? alignment
            : throw new InputException(metadata.Source, TensorLayout.AlignmentKey, "a power of two from 8 to 65536", $"{alignment}");
    }

    /// <summary>
    /// Tensors lie in directory order, each right after the padding of the one before; ggml accepts nothing else, and it
    /// rules out overlaps.
    /// </summary>
    private static List<TensorInfo> ReadDirectory(GgufReader reader, int count, uint alignment)
    {
        var tensors = new List<TensorInfo>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var next = 0L;
        for (var i = 0; i < count; i++)
        {
            var tensor = ReadTensor(reader, i);
            if (!names.Add(tensor.Name)) throw reader.Error("every tensor once", "the name again");
            if (tensor.Offset % alignment != 0) throw reader.Error($"an offset that is a multiple of {alignment}", $"{tensor.Offset}");
            if (tensor.Offset != next)
                throw reader.Error($"offset {next}, right after the tensor before", $"{tensor.Offset} (overlap or gap)");
            if (tensor.Bytes > (long.MaxValue / 2) - next)
                throw reader.Error("tensors of less than 2^62 bytes in all", $"{tensor.Bytes} more");
            next = TensorLayout.Align(next + tensor.Bytes, alignment);
            tensors.Add(tensor);
        }
        return tensors;
    }

    private static TensorInfo ReadTensor(GgufReader reader, int index)
    {
        reader.Place = $"name of tensor {index}";
        var name = reader.ReadString(TensorLayout.MaximumNameBytes);
        if (name.Length == 0) throw reader.Error("a tensor name", "an empty string");
        reader.Place = name;
        var dimensions = reader.ReadUInt32();
        if (dimensions is 0 or > TensorLayout.MaximumDimensions)
            throw reader.Error($"1 to {TensorLayout.MaximumDimensions} dimensions", $"{dimensions}");
        var shape = new long[dimensions];
        for (var i = 0; i < shape.Length; i++)
        {
            var value = reader.ReadUInt64();
            if (value is 0 or > long.MaxValue) throw reader.Error("a dimension of at least 1 and less than 2^63", $"{value}");
            shape[i] = (long)value;
        }
        var type = (TensorType)reader.ReadUInt32();
        if (!TensorTypes.IsKnown(type)) throw reader.Error("a known tensor type", $"type {(uint)type}");
        if (!TensorLayout.TryGetBytes(type, shape, out var bytes, out var expected))
            throw reader.Error(expected, TensorInfo.FormatShape(shape));
        var offset = reader.ReadUInt64();
        if (offset > long.MaxValue / 2) throw reader.Error("an offset within the file", $"{offset}");
        return new TensorInfo(name, type, shape, (long)offset, bytes);
    }
}
