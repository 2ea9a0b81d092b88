using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>Puts other adapters into linear layers for a while.</summary>
internal sealed class AdapterSwap : IDisposable
{
    private readonly List<(Linear Layer, (Tensor A, Tensor B, float Scale, double Dropout)? Adapter)> _before = [];

    public AdapterSwap(IEnumerable<Linear> layers, IReadOnlyDictionary<Linear, (Tensor A, Tensor B, float Scale, double Dropout)> adapters)
    {
        foreach (var layer in layers)
        {
            _before.Add((layer, layer.Adapter));
            layer.Adapter = adapters.TryGetValue(layer, out var adapter) ? adapter : null;
        }
    }

    public void Dispose()
    {
        foreach (var (layer, adapter) in _before) layer.Adapter = adapter;
    }
}
