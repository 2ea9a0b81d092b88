using static TorchSharp.torch;

namespace MultiagentFT.Training.Torch;

/// <summary>Tensors that are disposed together.</summary>
internal sealed class TensorList(IReadOnlyList<Tensor> tensors) : IDisposable
{
    public void Dispose()
    {
        foreach (var tensor in tensors) tensor.Dispose();
    }
}
