using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// A LoRA adapter in llama.cpp's GGUF form, checked on opening: its keys, the shapes of its pairs, and that every number is
/// finite. <see cref="RequireBase"/> checks it against a model.
/// </summary>
public sealed class AdapterFile : IDisposable
{
    private AdapterFile(GgufFile file)
    {
        File = file;
        var metadata = file.Metadata;
        Expect(metadata, AdapterKeys.FileType, "adapter");
        Expect(metadata, AdapterKeys.Type, "lora");
        if (metadata.Contains(AdapterKeys.InvocationTokens))
            throw new InputException(file.Path, AdapterKeys.InvocationTokens, "an adapter that is always active", "an activated LoRA");
        Architecture = metadata.RequireString(AdapterKeys.Architecture);
        Alpha = metadata.RequireSingle(AdapterKeys.Alpha);
        // llama.cpp takes an alpha of 0 as "no scaling", which is not what the formula says.
        if (!float.IsFinite(Alpha) || Alpha == 0)
            throw new InputException(file.Path, AdapterKeys.Alpha, "a finite number other than 0", $"{Alpha}");
        Name = metadata.TryGetString(AdapterKeys.Name, out var name) && name.Length > 0
            ? name
            : Path.GetFileNameWithoutExtension(file.Path);
        BaseFingerprint = metadata.TryGetString(AdapterKeys.BaseFingerprint, out var fingerprint) ? fingerprint : null;
        BaseName = metadata.TryGetString(AdapterKeys.BaseName, out var baseName) ? baseName : null;
        GgufLimits.Check(file);
        Pairs = AdapterPairs.Read(file, Alpha);
        UnusedNorms = [.. file.Tensors.Where(AdapterPairs.IsNorm).Select(tensor => tensor.Name)];
    }

    public GgufFile File { get; }

    /// <summary><c>general.name</c>, or the file's name without one.</summary>
    public string Name { get; }

    /// <summary>Architecture of the base model.</summary>
    public string Architecture { get; }

    /// <summary>The adapter's scale is alpha / rank. Finite, not 0.</summary>
    public float Alpha { get; }

    /// <summary>In the file's order; at least one.</summary>
    public IReadOnlyList<AdapterPair> Pairs { get; }

    /// <summary>Norms that the file has beside its pairs. llama.cpp reads and does not apply them, and no more does anything here.</summary>
    public IReadOnlyList<string> UnusedNorms { get; }

    /// <summary>Values of all factors, with ranks in whole eights as decoders may keep them.</summary>
    public long Values => Pairs.Sum(pair => (pair.Rank + 7L) / 8 * 8 * (pair.InputLength + pair.OutputLength));

    /// <summary><see cref="ModelFile.Fingerprint"/> of the base, or null in adapters of other programs.</summary>
    public string? BaseFingerprint { get; }

    /// <summary><see cref="ModelFile.Name"/> of the base, or null in adapters of other programs.</summary>
    public string? BaseName { get; }

    /// <exception cref="InputException">The file is not a sound GGUF file, or not a LoRA adapter.</exception>
    public static AdapterFile Open(string path)
    {
        var file = GgufFile.Open(path);
        try
        {
            return new AdapterFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary><see cref="Values"/> of files, each once.</summary>
    /// <exception cref="InputException">One cannot be read.</exception>
    public static long ValuesOf(IEnumerable<string> paths)
    {
        long values = 0;
        foreach (var path in paths.Distinct())
        {
            using var file = Open(path);
            values += file.Values;
        }
        return values;
    }

    /// <summary>Checks that the adapter was made for this model.</summary>
    /// <exception cref="InputException">
    /// Another architecture, another base model, a pair whose base tensor is missing or of another shape, or one of an embedding that is
    /// the output matrix too.
    /// </exception>
    public void RequireBase(ModelFile model)
    {
        if (Architecture != model.Architecture)
            throw new InputException(File.Path, AdapterKeys.Architecture, $"{model.Architecture} as in {model.File.Path}", Architecture);
        if (BaseFingerprint is not null && BaseFingerprint != model.Fingerprint)
            throw new InputException(File.Path, AdapterKeys.BaseFingerprint,
                $"an adapter trained on {model.Name} ({Short(model.Fingerprint)}, {model.File.Path})",
                $"one trained on {BaseName ?? "another model"} ({Short(BaseFingerprint)})");
        foreach (var pair in Pairs)
        {
            long[] expected = [pair.InputLength, pair.OutputLength];
            if (!model.File.TryGetTensor(pair.BaseTensor, out var tensor))
                throw new InputException(File.Path, pair.BaseTensor, $"a tensor that {model.File.Path} has", "none of this name");
            // llama.cpp would multiply by the factors of the look-up, which ends the process.
            if (pair.IsEmbedding && model.Shape.TiedOutput)
                throw new InputException(File.Path, pair.BaseTensor, $"no pair, as {model.File.Path} has no output matrix but this one", "a pair");
            if (!tensor.Shape.SequenceEqual(expected))
                throw new InputException(File.Path, pair.BaseTensor,
                    $"factors of {tensor.ShapeText} as in {model.File.Path}", TensorInfo.FormatShape(expected));
        }
    }

    public void Dispose() => File.Dispose();

    private static void Expect(GgufMetadata metadata, string key, string expected)
    {
        if (metadata.RequireString(key) is var found && found != expected)
            throw new InputException(metadata.Source, key, $"\"{expected}\"", $"\"{found}\"");
    }

    private static string Short(string fingerprint) => fingerprint.Length > 12 ? fingerprint[..12] : fingerprint;
}
