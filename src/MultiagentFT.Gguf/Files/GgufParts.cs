using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>The names and keys of a model in several files, as llama-gguf-split writes it.</summary>
internal static class GgufParts
{
    private const string Number = "split.no";
    private const string Count = "split.count";
    private const string Tensors = "split.tensors.count";

    /// <summary>How many files a model has by the metadata of one of them.</summary>
    public static int CountOf(GgufMetadata metadata) => metadata.TryGetInteger(Count, 0, ushort.MaxValue, out var parts) ? (int)Math.Max(1, parts) : 1;

    /// <param name="path">Of the model, ends in <c>.gguf</c>.</param>
    /// <param name="part">From 0.</param>
    /// <param name="count">Of all parts.</param>
    public static string PathOf(string path, int part, int count) =>
        PartFiles.NameOf(Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path)), part, count);

    public static bool IsPartOf(string file, string path) =>
        PartFiles.StemOf(Path.GetFullPath(file)) is { } stem && stem == Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", Path.GetFileNameWithoutExtension(path));

    /// <summary>The paths of all parts, given the first.</summary>
    /// <exception cref="InputException">It is not the first, or is not named as one.</exception>
    public static IReadOnlyList<string> PathsOf(string path, GgufMetadata metadata)
    {
        var count = CountOf(metadata);
        if (count > PartFiles.Most) throw new InputException(path, Count, $"at most {PartFiles.Most} parts", $"{count}");
        var isKnown = metadata.TryGetInteger(Number, 0, ushort.MaxValue, out var number);
        if (!isKnown || number != 0) throw new InputException(path, Number, "the first part of the model, 0", isKnown ? $"{number}" : "no such key");
        var paths = PartFiles.Of(path);
        return paths.Count == count ? paths : throw new InputException(path, null, $"a first part named NAME-00001-of-{count:00000}.gguf", Path.GetFileName(path));
    }

    /// <summary>Whether a file names itself as a part of the model of the first.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public static void Require(string path, GgufMetadata metadata, int part, int count)
    {
        if (CountOf(metadata) != count) throw new InputException(path, Count, $"{count}, as the first part says", $"{CountOf(metadata)}");
        if (!metadata.TryGetInteger(Number, 0, ushort.MaxValue, out var number) || number != part) throw new InputException(path, Number, $"{part}", $"{number}");
    }

    /// <summary>Whether all parts have as many tensors as the first says.</summary>
    /// <exception cref="InputException">They have not.</exception>
    public static void RequireTensors(string path, GgufMetadata metadata, int tensors)
    {
        if (metadata.TryGetInteger(Tensors, 0, int.MaxValue, out var expected) && expected != tensors)
            throw new InputException(path, Tensors, $"{tensors}, the tensors of all parts", $"{expected}");
    }

    /// <summary>The keys of a part: all in the first, those of the format alone in others.</summary>
    public static GgufMetadata Describe(GgufMetadata metadata, int part, int count, int tensors)
    {
        var described = part == 0 ? metadata.Copy() : new GgufMetadata(metadata.Source);
        if (part > 0 && metadata.TryGetUInt32(TensorLayout.AlignmentKey, out var alignment)) described.Set(TensorLayout.AlignmentKey, alignment);
        described.Set(Number, (ushort)part);
        described.Set(Count, (ushort)count);
        described.Set(Tensors, tensors);
        return described;
    }

    /// <summary>Takes the keys of parts out.</summary>
    public static void Forget(GgufMetadata metadata)
    {
        foreach (var key in (string[])[Number, Count, Tensors]) metadata.Remove(key);
    }
}
