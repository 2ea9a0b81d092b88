using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Library;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>
/// A GGUF model on the mixed-adapter decoder in ggml's own operations, so that it runs on every device that ggml knows: rows of one
/// step may have adapters of their own there too. On the CPU it is the plain twin of <see cref="CpuRuntime"/>.
/// Thread-safe; adapters may be loaded, updated and disposed while contexts decode.
/// </summary>
public sealed class GgmlRuntime : IModelRuntime
{
    /// <summary>Bytes of a value in float16: stacks have room for up to twice as many adapters of ranks in sixteens, and are copied as they grow.</summary>
    private const int StackedValue = 12;

    private readonly ModelFile _file;
    private readonly IModelRuntime _vocabulary;
    private readonly GgmlWeights _weights;
    private bool _isDisposed;

    private GgmlRuntime(ModelFile file, IModelRuntime vocabulary, GgmlWeights weights) =>
        (_file, _vocabulary, _weights) = (file, vocabulary, weights);

    public ModelDescription Model => _vocabulary.Model;

    public ITokenizer Tokenizer => _vocabulary.Tokenizer;

    public IChatTemplate ChatTemplate => _vocabulary.ChatTemplate;

    /// <summary>The device that the weights lie on.</summary>
    public DeviceDescription Device => _weights.Device.Description;

    /// <summary>Bytes of weights on the device, and of those that it cannot multiply, which stay with the CPU.</summary>
    public long WeightBytes => _weights.Bytes;

    /// <summary>Checks a file in managed code, then loads it onto a device.</summary>
    /// <exception cref="InputException">
    /// The file is not a sound GGUF model, not one that this decoder computes, there is no such device or it lacks what an option
    /// asks for, or the native libraries cannot be used.
    /// </exception>
    /// <exception cref="OutOfMemoryException">The device has not enough memory for the weights.</exception>
    public static GgmlRuntime Open(string modelPath, GgmlRuntimeOptions? options = null)
    {
        var file = ModelFile.Open(modelPath);
        IModelRuntime? vocabulary = null;
        try
        {
            vocabulary = ModelRuntimes.Open(modelPath, new LlamaRuntimeOptions { VocabularyOnly = true });
            return new GgmlRuntime(file, vocabulary, new GgmlWeights(file, options ?? new GgmlRuntimeOptions()));
        }
        catch
        {
            vocabulary?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">An option is out of range.</exception>
    public IModelContext CreateContext(ContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var errors = options.Validate().ToList();
        // One operation attends to a range of slots, so sequences are moved together and leave nothing behind.
        if (options.KeptSlots > 0) errors.Add($"keptSlots: expected 0 (the mixed-adapter decoder on a device), found {options.KeptSlots}");
        if (options.KeyValueType == KeyValueType.Q8 && !_weights.HasFlashAttention(GgmlKeyValues.TypeOf(options.KeyValueType)))
            errors.Add($"keyValueType: expected f16, as {_weights.Device.Description.Name} has no attention over 8 bits for heads of {_weights.Shape.HeadLength}, found q8");
        if (errors.Count > 0) throw new InputException("context options: " + string.Join("; ", errors));
        try
        {
            return new GgmlContext(_weights, options);
        }
        catch (OutOfMemoryException error)
        {
            throw new OutOfMemoryException($"none for {options}", error);
        }
    }

    /// <inheritdoc/>
    public bool KeepsSlots => false;

    /// <inheritdoc/>
    /// <remarks>A step is what the decoder on the CPU takes: ggml's own buffers are not asked for.</remarks>
    public MemoryNeeds Needs(ContextOptions options)
    {
        var shape = _weights.Shape;
        return new MemoryNeeds(
            _weights.Bytes,
            GgmlKeyValues.BytesOfSlot(shape, options),
            StepMemory.BytesOf(shape, options.BatchTokens))
        {
            AdapterValue = StackedValue,
            Process = _weights.Device.IsCpu ? MemoryNeeds.CpuProcess : MemoryNeeds.GpuProcess,
        };
    }

    /// <inheritdoc cref="IModelRuntime.LoadAdapter"/>
    /// <exception cref="OutOfMemoryException">The device has no room for it beside the adapters that it holds.</exception>
    public GgmlAdapter LoadAdapter(string path)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new GgmlAdapter(Path.GetFullPath(path), _weights.Adapters);
    }

    IRuntimeAdapter IModelRuntime.LoadAdapter(string path) => LoadAdapter(path);

    /// <summary>Frees the weights once the last context is disposed too.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _weights.Dispose();
        _vocabulary.Dispose();
        _file.Dispose();
    }
}
