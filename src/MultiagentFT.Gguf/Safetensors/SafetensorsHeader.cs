using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>The JSON at the head of a safetensors file, checked: types, shapes, and that the tensors fill the data without gap or overlap.</summary>
/// <param name="Metadata">What <c>__metadata__</c> holds; empty without one.</param>
/// <param name="Tensors">In the order of their data; at least one.</param>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafetensorsTensor> Tensors)
{
    public const string MetadataKey = "__metadata__";

    /// <summary>The number before the header: its length, little-endian.</summary>
    public const int LengthBytes = sizeof(ulong);

    /// <summary>The format's own limit, in bytes.</summary>
    public const long MostBytes = 100_000_000;

    private const int MostTensors = 30_000;
    private const int MostDimensions = 4;

    /// <param name="path">For messages.</param>
    /// <param name="json">The header.</param>
    /// <param name="dataBytes">What follows it in the file.</param>
    /// <exception cref="InputException">It is none, or says what the file does not hold.</exception>
    public static SafetensorsHeader Parse(string path, byte[] json, long dataBytes)
    {
        JsonContent.RequireUtf8(path, "header", json);
        try
        {
            JsonContent.RequireValues(path, "header", json);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(path, Object(path, "header", document.RootElement), dataBytes);
        }
        catch (JsonException error)
        {
            throw new InputException(path, "header", "JSON without a key twice", JsonMessage.Of(error), error);
        }
    }

    private static SafetensorsHeader Read(string path, JsonElement root, long dataBytes)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var tensors = new List<SafetensorsTensor>();
        foreach (var entry in root.EnumerateObject())
        {
            if (entry.NameEquals(MetadataKey))
            {
                foreach (var pair in Object(path, MetadataKey, entry.Value).EnumerateObject())
                {
                    if (pair.Value.ValueKind != JsonValueKind.String) throw new InputException(path, $"{MetadataKey}.{pair.Name}", "a text", $"{pair.Value.ValueKind}");
                    metadata[pair.Name] = pair.Value.GetString()!;
                }
                continue;
            }
            if (tensors.Count == MostTensors) throw new InputException(path, "header", $"at most {MostTensors} tensors", "more");
            tensors.Add(Tensor(path, entry.Name, Object(path, entry.Name, entry.Value)));
        }
        if (tensors.Count == 0) throw new InputException(path, "header", "at least one tensor", "none");
        tensors.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        var end = 0L;
        foreach (var tensor in tensors)
        {
            if (tensor.Offset != end) throw new InputException(path, tensor.Name, $"data that begins at {end}, where what is before it ends", $"{tensor.Offset}");
            if (tensor.Bytes > dataBytes - end) throw new InputException(path, tensor.Name, $"{tensor.Bytes} bytes of data from {end} on", $"{dataBytes - end}, the end of the file");
            end += tensor.Bytes;
        }
        return end == dataBytes
            ? new SafetensorsHeader(metadata, tensors)
            : throw new InputException(path, null, $"{end} bytes of data, as the header says", $"{dataBytes}");
    }

    private static SafetensorsTensor Tensor(string path, string name, JsonElement entry)
    {
        if (name.Length == 0) throw new InputException(path, "header", "tensors with names", "one without");
        var others = entry.EnumerateObject().Select(property => property.Name).Except(["dtype", "shape", "data_offsets"]).ToList();
        if (others.Count > 0) throw new InputException(path, name, "dtype, shape and data_offsets alone", others[0]);
        var type = Text(path, name, entry) switch
        {
            "F32" => TensorType.F32,
            "F16" => TensorType.F16,
            "BF16" => TensorType.BF16,
            var other => throw new InputException(path, name, "dtype F32, F16 or BF16", other),
        };
        var shape = Numbers(path, name, entry, "shape");
        if (shape.Length is 0 or > MostDimensions || shape.Contains(0)) throw new InputException(path, name, $"1 to {MostDimensions} dimensions of at least 1", TensorInfo.FormatShape(shape));
        var offsets = Numbers(path, name, entry, "data_offsets");
        if (offsets.Length != 2 || offsets[1] < offsets[0]) throw new InputException(path, name, "data_offsets from a begin to an end", TensorInfo.FormatShape(offsets));
        if (!TensorLayout.TryGetBytes(type, shape, out var bytes, out var expected)) throw new InputException(path, name, expected, TensorInfo.FormatShape(shape));
        return bytes == offsets[1] - offsets[0]
            ? new SafetensorsTensor(name, type, shape, offsets[0], bytes)
            : throw new InputException(path, name, $"{bytes} bytes of data for {TensorInfo.FormatShape(shape)} of {TensorTypes.Name(type)}", $"{offsets[1] - offsets[0]}");
    }

    private static JsonElement Object(string path, string place, JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? element
        : throw new InputException(path, place, "an object", $"{element.ValueKind}");

    private static string Text(string path, string name, JsonElement entry) =>
        entry.TryGetProperty("dtype", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InputException(path, name, "a dtype", "none");

    private static long[] Numbers(string path, string name, JsonElement entry, string key)
    {
        if (!entry.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array) throw new InputException(path, name, $"{key}, a list of whole numbers", "none");
        return [.. list.EnumerateArray().Select(element => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) && number >= 0
            ? number
            : throw new InputException(path, name, $"{key} of whole numbers from 0 on", element.GetRawText()))];
    }
}
