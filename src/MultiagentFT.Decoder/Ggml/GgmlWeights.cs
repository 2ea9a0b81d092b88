using MultiagentFT.Decoder.Shared;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Decoder.Ggml;

/// <summary>The base model's tensors, each once where its operation can be computed; every context shares them.</summary>
internal sealed unsafe class GgmlWeights : SharedResource
{
    private const string EmbeddingName = "token_embd.weight";
    private const string OutputName = "output.weight";

    /// <summary>Bytes that go to the device at once.</summary>
    private const int ChunkBytes = 1 << 26;

    private readonly GgufFile _file;
    private readonly bool _mayFlash;
    private readonly TensorContext _context;
    private readonly TensorPlaces? _places;
    private readonly Dictionary<string, nint> _tensors = [];

    /// <exception cref="InputException">The model is not one that this decoder computes, or the device lacks what an option asks for.</exception>
    /// <exception cref="OutOfMemoryException">The device has not enough memory.</exception>
    public GgmlWeights(ModelFile model, GgmlRuntimeOptions options)
    {
        var file = model.File;
        _file = file;
        _mayFlash = options.FlashAttention != false;
        Shape = ModelSupport.Require(model);
        Scaling = RopeScaling.Of(model);
        Device = ComputeDevice.Of(options.Device);
        UsesFlashAttention = AttentionSupport.Choose(Device, Shape, options.FlashAttention);
        Adapters = new AdapterStacks(model, Device, options.FactorType ?? (Device.IsCpu ? TensorType.F32 : TensorType.F16));
        _context = new TensorContext(file.Tensors.Count + 1, nodes: 0);
        try
        {
            var places = new List<(nint, nint)>();
            foreach (var tensor in file.Tensors)
            {
                var (described, memory) = Describe(tensor);
                _tensors.Add(tensor.Name, described);
                places.Add((described, memory));
            }
            Output = _tensors.TryGetValue(OutputName, out var own) ? own : TiedOutput(file, places);
            _places = new TensorPlaces(places, areWeights: true);
            foreach (var tensor in file.Tensors) Fill(file, tensor, _tensors[tensor.Name]);
            if (Output != own && Output != Embedding) Fill(file, file.RequireTensor(EmbeddingName), Output);
        }
        catch
        {
            Free();
            throw;
        }
    }

    public ModelShape Shape { get; }

    public ComputeDevice Device { get; }

    /// <summary>Bytes of all weights, wherever they lie.</summary>
    public long Bytes => _places!.Bytes;

    public bool UsesFlashAttention { get; }

    /// <summary>Whether attention can be one operation over keys and values of a type.</summary>
    public bool HasFlashAttention(TensorType type) => _mayFlash && AttentionSupport.Has(Device, Shape, type);

    public AdapterStacks Adapters { get; }

    /// <summary>[embedding, vocabulary], for its rows.</summary>
    public nint Embedding => _tensors[EmbeddingName];

    /// <summary>[embedding, vocabulary], for products.</summary>
    public nint Output { get; }

    /// <summary>How positions are stretched.</summary>
    public RopeScaling Scaling { get; }

    /// <summary>[rotated dimensions / 2] for slots of some tokens, or 0.</summary>
    public nint RopeFactors(int contextLength) => Scaling.FactorsOf(_file, contextLength) is { } name ? Find(name) : 0;

    /// <summary>A tensor of the file: a matrix [in, out] in its own type, or a vector in float32; 0 for none of this name.</summary>
    public nint Find(string name) => _tensors.GetValueOrDefault(name);

    protected override void Free()
    {
        Adapters.Dispose();
        _places?.Dispose();
        _context.Dispose();
    }

    private (nint Tensor, nint Memory) Describe(TensorInfo tensor)
    {
        if (tensor.Shape.Count == 1)
            return (_context.Matrix((int)TensorType.F32, tensor.Elements, 1), Device.Memory);
        var matrix = _context.Matrix((int)tensor.Type, tensor.RowLength, tensor.Rows);
        using var scratch = new GraphBuilder(tensors: 2);
        var operation = tensor.Name == EmbeddingName
            ? scratch.GetRows(matrix, scratch.Input(TensorType.I32, 1))
            : scratch.Multiply(matrix, scratch.Input(TensorType.F32, tensor.RowLength));
        return (matrix, (Device.Supports(operation) ? Device : ComputeDevice.Cpu).Memory);
    }

    /// <summary>A model without an output matrix multiplies with its embedding, which may have to lie in two places then.</summary>
    private nint TiedOutput(GgufFile file, List<(nint Tensor, nint Memory)> places)
    {
        var embedding = file.RequireTensor(EmbeddingName);
        var (described, memory) = Describe(embedding with { Name = OutputName });
        if (memory == places.Single(place => place.Tensor == Embedding).Memory) return Embedding;
        places.Add((described, memory));
        return described;
    }

    private static void Fill(GgufFile file, TensorInfo tensor, nint place)
    {
        if (tensor.Shape.Count == 1)
        {
            var values = TensorCodec.Dequantize(tensor.Type, file.Read(tensor), tensor.Elements);
            if (RopeScaling.FactorNames.Contains(tensor.Name)) RopeScaling.CheckFactors(file, tensor, values);
            fixed (float* start = values) GgmlMethods.SetTensor(place, start, 0, (nuint)values.Length * sizeof(float));
            return;
        }
        var buffer = new byte[Math.Min(ChunkBytes, tensor.Bytes)];
        for (long done = 0; done < tensor.Bytes; done += buffer.Length)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Bytes - done));
            file.Read(tensor, done, chunk);
            fixed (byte* start = chunk) GgmlMethods.SetTensor(place, start, (nuint)done, (nuint)chunk.Length);
        }
    }
}
