using LLama.Exceptions;
using LLama.Native;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Library;
using MultiagentFT.Templates;

namespace MultiagentFT.LLamaSharp;

/// <summary>A GGUF model on LLamaSharp. One copy of the weights serves every context. Thread-safe.</summary>
public sealed class LLamaSharpRuntime : IModelRuntime
{
    private readonly ModelFile _file;
    private readonly SharedModel _model;
    private readonly LlamaRuntimeOptions _options;
    private int _isDisposed;

    private LLamaSharpRuntime(ModelFile file, SafeLlamaModelHandle model, LlamaRuntimeOptions options)
    {
        _file = file;
        _model = new SharedModel(model);
        _options = options;
        var tokenizer = new LLamaSharpTokenizer(model, UserDefinedTokens.Of(file));
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
    /// The file is not a sound GGUF model that generates text, llama.cpp refuses it, an option is out of range, or LLamaSharp
    /// or its native library cannot be used.
    /// </exception>
    public static LLamaSharpRuntime Open(string modelPath, LlamaRuntimeOptions? options = null)
    {
        options ??= new LlamaRuntimeOptions();
        if (options.GpuLayers is < 0 or > 65536)
            throw new InputException("gpuLayers", null, "0 to 65536", $"{options.GpuLayers}");
        var file = ModelFile.Open(modelPath);
        SafeLlamaModelHandle? model = null;
        try
        {
            RequireDevice(LLamaSharpLibrary.Instance.Ggml, options);
            LlamaLog.Written += options.Log;
            model = Load(file.File.Path, options);
            return new LLamaSharpRuntime(file, model, options);
        }
        catch
        {
            LlamaLog.Written -= options.Log;
            model?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>What runs models, for <c>mft --version</c>: LLamaSharp, its ggml and the devices.</summary>
    /// <exception cref="InputException">They cannot be used.</exception>
    public static (string Name, IReadOnlyList<DeviceDescription> Devices) Describe()
    {
        var ggml = LLamaSharpLibrary.Instance.Ggml;
        return ($"LLamaSharp {LLamaSharpLibrary.Version} on ggml {ggml.Version} ({ggml.Folder})", ggml.Devices);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">An option is out of range.</exception>
    public IModelContext CreateContext(ContextOptions options)
    {
        RequireWeights();
        var errors = options.Validate().Concat(LlamaMemory.Refusals(_file, options)).ToList();
        if (errors.Count > 0) throw new InputException("context options: " + string.Join("; ", errors));
        return LLamaSharpContext.Create(_model, options, useGpu: _options.GpuLayers != 0, Model.VocabularySize);
    }

    /// <inheritdoc/>
    public bool KeepsSlots => false;

    /// <inheritdoc/>
    /// <remarks>llama.cpp's own buffers are not asked for: a step is estimated by the widths of the model.</remarks>
    public MemoryNeeds Needs(ContextOptions options) =>
        LlamaMemory.Needs(_file, options, onGpu: LLamaSharpLibrary.Instance.Ggml.HasGpu && _options.GpuLayers != 0);

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
        lock (_model.AdapterGate)
        {
            var mark = LlamaLog.Mark();
            var adapter = _model.Handle.LoadLoraFromFile(path);
            return LLamaSharpAdapter.IsLoaded(adapter)
                ? new LLamaSharpAdapter(path, bytes, adapter, _model)
                : throw new InputException(path, null, $"a LoRA adapter of {Model.Path} that llama.cpp loads", LlamaLog.Since(mark));
        }
    }

    /// <summary>Frees the weights once the last context and adapter are disposed too.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        LlamaLog.Written -= _options.Log;
        _model.Dispose();
        _file.Dispose();
    }

    private void RequireWeights()
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (_options.VocabularyOnly) throw new InvalidOperationException($"{Model.Path} was opened for its vocabulary only");
    }

    /// <summary>A GPU that was asked for, in the build or here, is not replaced by the CPU in silence.</summary>
    private static void RequireDevice(GgmlLibrary ggml, LlamaRuntimeOptions options)
    {
        if (ggml.HasGpu || options.VocabularyOnly) return;
        if (options.GpuLayers > 0)
        {
            throw new InputException(
                "gpuLayers", null, "0, as llama.cpp found no GPU here (build with -p:LlamaBackend=cuda or vulkan)", $"{options.GpuLayers}");
        }
        if (options.GpuLayers is null && NativeBuild.Backend != "cpu")
        {
            throw new InputException(
                BackendPackage.NameOf(NativeBuild.Backend), null, "a GPU and its driver",
                $"none: install the driver, or build with -p:LlamaBackend=cpu; {LlamaLog.Since(0)}");
        }
    }

    private static unsafe SafeLlamaModelHandle Load(string path, LlamaRuntimeOptions options)
    {
        var parameters = LLamaModelParams.Default();
        if (options.GpuLayers is { } layers) parameters.n_gpu_layers = layers;
        nint noDevice = 0;
        if (options.GpuLayers == 0) parameters.devices = &noDevice;
        parameters.vocab_only = options.VocabularyOnly;
        var mark = LlamaLog.Mark();
        SafeLlamaModelHandle model;
        try
        {
            model = SafeLlamaModelHandle.LoadFromFile(path, parameters);
        }
        catch (LoadWeightsFailedException error)
        {
            throw new InputException(path, null, "a model that llama.cpp loads", LlamaLog.Since(mark), error);
        }
        if (options.VocabularyOnly || (model.HasDecoder && !model.HasEncoder)) return model;
        model.Dispose();
        throw new InputException(path, "general.architecture", "a decoder-only language model", "one with an encoder");
    }
}
