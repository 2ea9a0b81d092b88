using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Shared;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Library;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>
/// A GGUF model on the mixed-adapter decoder for CPUs: our kernels read the quantized base once a step, and every row gets the
/// adapter of its own agent. Matrices of types that they do not multiply are ggml's; tokenizer and chat template are llama.cpp's.
/// </summary>
public sealed class CpuRuntime : IModelRuntime
{
    /// <summary>Bytes for every token of the vocabulary in each thread that draws.</summary>
    private const int SamplingBytes = 20;

    private readonly ModelFile _file;
    private readonly IModelRuntime _vocabulary;
    private readonly CpuWeights _weights;
    private readonly bool _isDeterministic;
    private bool _isDisposed;

    private CpuRuntime(ModelFile file, IModelRuntime vocabulary, CpuWeights weights, bool isDeterministic) =>
        (_file, _vocabulary, _weights, _isDeterministic) = (file, vocabulary, weights, isDeterministic);

    /// <summary>The instruction set of this machine that the kernels use: <c>avx512vnni</c>, <c>avx512</c>, <c>avx2</c>, <c>neon</c> or <c>plain</c>.</summary>
    /// <exception cref="InputException">ggml is of a version that this decoder is not tested with, or the library of kernels is missing.</exception>
    public static string Kernels
    {
        get
        {
            _ = CpuDevice.Instance;
            return DecoderLibrary.Instance.Kernels;
        }
    }

    public ModelDescription Model => _vocabulary.Model;

    public ITokenizer Tokenizer => _vocabulary.Tokenizer;

    public IChatTemplate ChatTemplate => _vocabulary.ChatTemplate;

    /// <summary>Checks a file in managed code, then loads it.</summary>
    /// <exception cref="InputException">
    /// The file is not a sound GGUF model, not one that this decoder computes, or the native libraries cannot be used.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory for the weights.</exception>
    public static CpuRuntime Open(string modelPath, CpuRuntimeOptions? options = null) =>
        TryOpen(modelPath, options ?? new CpuRuntimeOptions(), out var refusal) ?? throw refusal!;

    /// <summary>The same, but for sound models and adapters that this decoder does not compute here.</summary>
    /// <param name="modelPath">GGUF file.</param>
    /// <param name="options">How it is loaded.</param>
    /// <param name="refusal">What it has that this decoder does not compute, or what this build of ggml and the kernels lacks.</param>
    /// <returns>Null where there is a refusal.</returns>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static CpuRuntime? TryOpen(string modelPath, CpuRuntimeOptions options, out InputException? refusal)
    {
        var file = ModelFile.Open(modelPath);
        IModelRuntime? vocabulary = null;
        try
        {
            refusal = ModelSupport.Refusal(file) ?? AdapterSupport.Refusal(options.Adapters, file) ?? Unavailable();
            if (refusal is not null)
            {
                file.Dispose();
                return null;
            }
            vocabulary = ModelRuntimes.Open(modelPath, new LlamaRuntimeOptions { VocabularyOnly = true });
            return new CpuRuntime(file, vocabulary, new CpuWeights(file, options), options.Deterministic);
        }
        catch
        {
            vocabulary?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Why this decoder cannot be used with the libraries that are here; null where it can.</summary>
    private static InputException? Unavailable()
    {
        try
        {
            _ = CpuDevice.Instance;
            _ = DecoderLibrary.Instance;
            return null;
        }
        catch (InputException error)
        {
            return error;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">An option is out of range.</exception>
    public IModelContext CreateContext(ContextOptions options)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var errors = options.Validate().ToList();
        if (errors.Count > 0) throw new InputException("context options: " + string.Join("; ", errors));
        try
        {
            return new CpuContext(_weights, options);
        }
        catch (OutOfMemoryException error)
        {
            throw new OutOfMemoryException($"none for {options}", error);
        }
    }

    /// <inheritdoc/>
    public bool IsBatchInvariant => _isDeterministic || _weights.IsPacked;

    /// <inheritdoc/>
    public bool KeepsSlots => true;

    /// <inheritdoc/>
    public MemoryNeeds Needs(ContextOptions options)
    {
        var shape = _weights.Shape;
        var rotations = (long)KeyValueMemory.PositionsOf(options.SlotContext) * shape.RopeDimensions * sizeof(float);
        var threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        var sampling = (long)shape.Vocabulary * SamplingBytes * threads;
        return new MemoryNeeds(
            _weights.Bytes,
            KeyValueMemory.BytesOfSlot(shape, options),
            StepMemory.BytesOf(shape, options.BatchTokens) + rotations + sampling + CpuContext.GraphBytesOf(shape, options, _weights.IsPacked))
        {
            // Factors that lose too much in 8 bits stay float16.
            AdapterValue = sizeof(ushort),
        };
    }

    /// <inheritdoc/>
    public IRuntimeAdapter LoadAdapter(string path)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new CpuAdapter(Path.GetFullPath(path), _file, _weights);
    }

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
