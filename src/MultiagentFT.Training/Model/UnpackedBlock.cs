using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// The matrices of one block at a time, dequantized into tensors that all blocks use in turn. A graph over them holds only until another
/// block is asked for.
/// </summary>
internal sealed class UnpackedBlock : IDisposable
{
    private readonly DecoderWeights _weights;
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <summary>Where the CPU dequantizes to before a GPU gets it; the tensors themselves on a CPU.</summary>
    private readonly Dictionary<string, Tensor> _staging = [];
    private int _block = -1;

    /// <param name="weights">Whose matrices are stored; not owned.</param>
    /// <param name="bfloat16">Type of the tensors, else float32.</param>
    /// <param name="device">Where they live.</param>
    public UnpackedBlock(DecoderWeights weights, bool bfloat16, Device device)
    {
        _weights = weights;
        using var scope = NewDisposeScope();
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        foreach (var layer in weights.Shape.Matrices)
        {
            var staging = empty([layer.Outputs, layer.Inputs], dtype: type).DetachFromDisposeScope();
            _staging[layer.Name] = staging;
            _tensors[layer.Name] = device.type == TorchSharp.DeviceType.CPU ? staging : empty_like(staging, device: device).DetachFromDisposeScope();
        }
    }

    /// <summary>A layer's matrix [outputs, inputs], by its name in a GGUF block such as <c>attn_q</c>.</summary>
    public Tensor this[string layer] => _tensors[layer];

    /// <summary>Dequantizes a block, unless it is the one that is there.</summary>
    public void Require(int block)
    {
        if (_block == block) return;
        _block = -1;
        foreach (var (layer, staging) in _staging)
        {
            _weights.Stored[$"blk.{block}.{layer}.weight"].Read(0, staging, get_num_threads());
            if (!ReferenceEquals(_tensors[layer], staging)) Upload(_tensors[layer], staging);
        }
        _block = block;
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values.Concat(_staging.Values)) tensor.Dispose();
    }

    private static void Upload(Tensor destination, Tensor source)
    {
        using var gradients = no_grad();
        destination.copy_(source);
    }
}
