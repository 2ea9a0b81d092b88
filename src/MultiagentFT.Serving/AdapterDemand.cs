using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.Serving;

/// <summary>The adapters that an engine has to have memory for at a time.</summary>
public sealed class AdapterDemand
{
    private const int RankStep = 8;

    private readonly Func<string, long> _values;

    private AdapterDemand(Func<string, long> values, IReadOnlyList<string>? files = null) => (_values, Files) = (values, files ?? []);

    /// <summary>Those that exist already.</summary>
    internal IReadOnlyList<string> Files { get; }

    /// <summary>The base model alone.</summary>
    public static AdapterDemand None { get; } = new(_ => 0);

    /// <summary>Adapter files that exist.</summary>
    public static AdapterDemand OfFiles(IReadOnlyList<string> paths) => new(_ => AdapterFile.ValuesOf(paths), paths);

    /// <summary>Adapters that are still to be trained, on all linear layers.</summary>
    /// <param name="count">Adapters loaded at a time; a society that replaces another needs both.</param>
    /// <param name="rank">Of each; rounded up to a multiple of 8.</param>
    public static AdapterDemand OfRank(int count, int rank) => new(model =>
    {
        using var file = ModelFile.Open(model);
        var widths = file.Shape.Linears.Sum(layer => (long)layer.Inputs + layer.Outputs);
        return count * ((rank + RankStep - 1L) / RankStep * RankStep) * file.Shape.Blocks * widths;
    });

    /// <summary>Bytes that they take over a model, at most: runtimes keep factors in four bytes or fewer.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public long MostBytesOver(string model) => sizeof(float) * ValuesOver(model);

    /// <summary>Values of all factors over a model.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    internal long ValuesOver(string model) => _values(model);
}
