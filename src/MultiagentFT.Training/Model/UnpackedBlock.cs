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
    private int _block = -1;

    /// <param name="weights">Whose matrices are stored; not owned.</param>
    /// <param name="bfloat16">Type of the tensors, else float32.</param>
    /// <param name="device">Where they live.</param>
    public UnpackedBlock(DecoderWeights weights, bool bfloat16, Device device)
    {
        _weights = weights;
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        foreach (var layer in weights.Shape.Matrices) _tensors[layer.Name] = empty([layer.Outputs, layer.Inputs], dtype: type, device: device).DetachFromDisposeScope();
    }

    /// <summary>A layer's matrix [outputs, inputs], by its name in a GGUF block such as <c>attn_q</c>.</summary>
    public Tensor this[string layer] => _tensors[layer];

    /// <summary>Dequantizes a block, unless it is the one that is there.</summary>
    public void Require(int block)
    {
        if (_block == block) return;
        _block = -1;
        foreach (var (layer, tensor) in _tensors)
        {
            var matrix = _weights.Stored[$"blk.{block}.{layer}.weight"];
            if (_weights.Dequantizer is { } dequantizer) matrix.ReadThere(0, tensor, dequantizer);
            else matrix.Read(0, tensor, get_num_threads());
        }
        _block = block;
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
    }
}
