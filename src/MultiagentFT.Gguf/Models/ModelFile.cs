using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// A GGUF file that holds one whole language model with its tokenizer. Everything that would make the native library stop
/// or read out of bounds is rejected on opening; of the architectures llama, qwen2, qwen3 and phi3 every tensor is checked.
/// </summary>
public sealed class ModelFile : IDisposable
{
    private readonly ModelHyperparameters _sizes;
    private readonly Lazy<string> _fingerprint;

    private ModelFile(GgufFile file)
    {
        File = file;
        var metadata = file.Metadata;
        if (metadata.TryGetString("general.type", out var type) && type != "model")
            throw new InputException(file.Path, "general.type", "\"model\", or no such key", $"\"{type}\"");
        if (metadata.TryGetInteger("split.count", 0, ushort.MaxValue, out var parts) && parts > 1)
            throw new InputException(file.Path, "split.count",
                "a model in one file (split files are not supported; merge with llama-gguf-split)", $"part of {parts}");
        _sizes = ModelHyperparameters.Read(metadata);
        VocabularySize = VocabularyCheck.Run(metadata);
        new TensorCheck(file, _sizes, VocabularySize).Run();

        Name = metadata.TryGetString("general.name", out var name) && name.Length > 0
            ? name
            : Path.GetFileNameWithoutExtension(file.Path);
        ChatTemplate = metadata.TryGetString("tokenizer.chat_template", out var template) && template.Length > 0 ? template : null;
        Parameters = file.Tensors.Sum(tensor => tensor.Elements);
        WeightBytes = file.Tensors.Sum(tensor => tensor.Bytes);
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Of(file));
    }

    public GgufFile File { get; }

    public string Architecture => _sizes.Architecture;

    /// <summary><c>general.name</c>, or the file's name without one.</summary>
    public string Name { get; }

    public int BlockCount => _sizes.BlockCount;

    public int EmbeddingLength => _sizes.EmbeddingLength;

    /// <summary>Query heads; the largest number where blocks differ.</summary>
    public int HeadCount => _sizes.HeadCount;

    /// <summary>Key and value heads; the largest number where blocks differ.</summary>
    public int KeyValueHeadCount => _sizes.KeyValueHeadCount;

    /// <summary>Length of one head's query and key vectors.</summary>
    public int HeadLength => _sizes.HeadLength;

    /// <summary>Inner width of the feed-forward layer; 0 where an architecture not checked here states none.</summary>
    public int FeedForwardLength => _sizes.FeedForwardLength;

    /// <summary>Tokens of context that the model was trained for.</summary>
    public int ContextLength => _sizes.ContextLength;

    /// <summary>Tokens in the vocabulary, which is also the number of rows of the embedding.</summary>
    public int VocabularySize { get; }

    /// <summary>Epsilon of RMSNorm; 0 where an architecture not checked here states none.</summary>
    public float RmsEpsilon => _sizes.RmsEpsilon;

    /// <summary>Base of the rotary position embedding, 10 000 unless stated.</summary>
    public float RopeBase => _sizes.RopeBase;

    /// <summary>Rotated dimensions of a head, the whole head unless stated.</summary>
    public int RopeDimensions => _sizes.RopeDimensions;

    public bool HasChatTemplate => ChatTemplate is not null;

    /// <summary>The model's Jinja chat template, or null.</summary>
    public string? ChatTemplate { get; }

    /// <summary>Number of weights.</summary>
    public long Parameters { get; }

    /// <summary>Bytes of all weights without padding.</summary>
    public long WeightBytes { get; }

    /// <inheritdoc cref="ModelFingerprint.Of"/>
    public string Fingerprint => _fingerprint.Value;

    /// <exception cref="InputException">The file is not a sound GGUF file, or not a model that can be served.</exception>
    public static ModelFile Open(string path)
    {
        var file = GgufFile.Open(path);
        try
        {
            return new ModelFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => File.Dispose();
}
