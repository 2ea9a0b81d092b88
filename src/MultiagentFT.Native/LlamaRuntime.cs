using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;
using MultiagentFT.Templates;

namespace MultiagentFT.Native;

/// <summary>A GGUF model on llama.cpp. One copy of the weights serves every context. Thread-safe.</summary>
public sealed class LlamaRuntime : IModelRuntime
{
    private readonly ModelFile _file;
    private readonly ModelHandle _model;
    private readonly LlamaRuntimeOptions _options;
    private readonly Lock _adapterGate = new();
    private bool _isDisposed;

    private LlamaRuntime(ModelFile file, ModelHandle model, LlamaRuntimeOptions options)
    {
        _file = file;
        _model = model;
        _options = options;
        var tokenizer = new LlamaTokenizer(model, UserDefinedTokens.Of(file));
        Tokenizer = tokenizer;
        ChatTemplate = new ChatTemplate(file.File.Path, file.ChatTemplate, tokenizer.SpecialTokens);
        Model = new ModelDescription(
            file.File.Path, file.Name, file.Architecture, file.Parameters, file.WeightBytes, file.Shape.Context, tokenizer.VocabularySize);
    }

    public ModelDescription Model { get; }

    public ITokenizer Tokenizer { get; }

    public IChatTemplate ChatTemplate { get; }

    /// <summary>Checks a file in managed code, then loads it.</summary>
    /// <exception cref="InputException">
    /// The file is not a sound GGUF model that generates text, llama.cpp refuses it, an option is out of range, or the native
    /// library cannot be used.
    /// </exception>
    public static LlamaRuntime Open(string modelPath, LlamaRuntimeOptions? options = null)
    {
        options ??= new LlamaRuntimeOptions();
        if (options.GpuLayers is < 0 or > 65536)
            throw new InputException("gpuLayers", null, "0 to 65536", $"{options.GpuLayers}");
        var file = ModelFile.Open(modelPath);
        ModelHandle? model = null;
        try
        {
            var library = LlamaLibrary.Instance;
            if (options.GpuLayers > 0 && !library.Ggml.HasGpu)
            {
                throw new InputException(
                    "gpuLayers", null, "0, as llama.cpp found no GPU here (build with -p:LlamaBackend=cuda or vulkan)",
                    $"{options.GpuLayers}");
            }
            LlamaLog.Written += options.Log;
            model = Load(file.File.Path, options);
            return new LlamaRuntime(file, model, options);
        }
        catch
        {
            LlamaLog.Written -= options.Log;
            model?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>What runs models, for <c>mft --version</c>: llama.cpp and the devices.</summary>
    /// <exception cref="InputException">It cannot be used.</exception>
    public static (string Name, IReadOnlyList<DeviceDescription> Devices) Describe()
    {
        var library = LlamaLibrary.Instance;
        return ($"llama.cpp {library.Version} ({library.Folder})", library.Ggml.Devices);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">An option is out of range.</exception>
    public IModelContext CreateContext(ContextOptions options)
    {
        RequireWeights();
        var errors = options.Validate().Concat(LlamaMemory.Refusals(_file, options)).ToList();
        if (errors.Count > 0) throw new InputException("context options: " + string.Join("; ", errors));
        return LlamaContext.Create(_model, options, Model.VocabularySize);
    }

    /// <inheritdoc/>
    public bool KeepsSlots => false;

    /// <inheritdoc/>
    /// <remarks>llama.cpp's own buffers are not asked for: a step is estimated by the widths of the model.</remarks>
    public MemoryNeeds Needs(ContextOptions options) =>
        LlamaMemory.Needs(_file, options, onGpu: GgmlLibrary.Instance.HasGpu && _options.GpuLayers != 0);

    /// <inheritdoc/>
    public IRuntimeAdapter LoadAdapter(string path)
    {
        RequireWeights();
        path = Path.GetFullPath(path);
        long bytes;
        using (var file = AdapterFile.Open(path))
        {
            file.RequireBase(_file);
            bytes = file.File.Tensors.Sum(tensor => tensor.Bytes);
        }
        // llama.cpp keeps the adapters of a model in a set that it does not lock; AdapterHandle frees under the same gate.
        lock (_adapterGate)
        {
            var mark = LlamaLog.Mark();
            var adapter = LlamaMethods.AdapterInit(_model, path);
            if (adapter == 0)
                throw new InputException(path, null, $"a LoRA adapter of {Model.Path} that llama.cpp loads", LlamaLog.Since(mark));
            return new LlamaAdapter(path, bytes, new AdapterHandle(adapter, _model, _adapterGate), _model);
        }
    }

    /// <summary>Frees the weights once the last context and adapter are disposed too.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        LlamaLog.Written -= _options.Log;
        _model.Dispose();
        _file.Dispose();
    }

    private void RequireWeights()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_options.VocabularyOnly) throw new InvalidOperationException($"{Model.Path} was opened for its vocabulary only");
    }

    private static unsafe ModelHandle Load(string path, LlamaRuntimeOptions options)
    {
        var parameters = LlamaMethods.ModelDefaultParameters();
        parameters.GpuLayers = options.GpuLayers ?? -1;
        parameters.VocabularyOnly = options.VocabularyOnly;
        nint noDevice = 0;
        if (options.GpuLayers == 0) parameters.Devices = &noDevice;
        var mark = LlamaLog.Mark();
        var model = LlamaMethods.ModelLoad(path, parameters);
        if (model.IsInvalid) throw new InputException(path, null, "a model that llama.cpp loads", LlamaLog.Since(mark));
        if (!options.VocabularyOnly && (LlamaMethods.ModelHasDecoder(model) == 0 || LlamaMethods.ModelHasEncoder(model) != 0))
        {
            model.Dispose();
            throw new InputException(path, "general.architecture", "a decoder-only language model", "one with an encoder");
        }
        return model;
    }
}
