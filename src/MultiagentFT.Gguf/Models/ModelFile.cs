using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// A GGUF file, or several, that hold one whole language model with its tokenizer. Everything that would make the native library stop
/// or read out of bounds is rejected on opening; of the architectures of <see cref="ArchitectureCatalog"/> every tensor is checked.
/// </summary>
public sealed class ModelFile : IDisposable
{
    private readonly Lazy<string> _fingerprint;

    private ModelFile(GgufFile file)
    {
        File = file;
        var metadata = file.Metadata;
        if (metadata.TryGetString("general.type", out var type) && type != "model")
            throw new InputException(file.Path, "general.type", "\"model\", or no such key", $"\"{type}\"");
        GgufLimits.Check(file);
        var sizes = ShapeReader.Read(metadata);
        Shape = sizes with { Vocabulary = VocabularyCheck.Run(metadata), TiedOutput = !file.TryGetTensor("output.weight", out _) };
        new TensorCheck(file, Shape).Run();

        Name = metadata.TryGetString("general.name", out var name) && name.Length > 0
            ? name
            : Path.GetFileNameWithoutExtension(file.Path);
        ChatTemplate = metadata.TryGetString("tokenizer.chat_template", out var template) && template.Length > 0 ? template : null;
        Parameters = file.Tensors.Sum(tensor => tensor.Elements);
        WeightBytes = file.Tensors.Sum(tensor => tensor.Bytes);
        _fingerprint = new Lazy<string>(() => ModelFingerprint.Of(file));
    }

    public GgufFile File { get; }

    public ModelShape Shape { get; }

    public string Architecture => Shape.Architecture;

    /// <summary><c>general.name</c>, or the file's name without one.</summary>
    public string Name { get; }

    public bool HasChatTemplate => ChatTemplate is not null;

    /// <summary>The model's Jinja chat template, or null.</summary>
    public string? ChatTemplate { get; }

    /// <summary>Number of weights.</summary>
    public long Parameters { get; }

    /// <summary>Bytes of all weights without padding.</summary>
    public long WeightBytes { get; }

    /// <inheritdoc cref="ModelFingerprint.Of"/>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>A model in one file, or in several of which the path is the first.</summary>
    /// <exception cref="InputException">The file is not a sound GGUF file, or not a model that can be served; or a part is missing or of another model.</exception>
    public static ModelFile Open(string path) => Of(GgufFile.OpenParts(path));

    private static ModelFile Of(GgufFile file)
    {
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
