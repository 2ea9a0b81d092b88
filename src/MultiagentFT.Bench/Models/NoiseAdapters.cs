namespace MultiagentFT.Bench.Models;

/// <summary>Adapters of noise in a temporary folder, deleted with this object.</summary>
public sealed class NoiseAdapters : IDisposable
{
    private readonly DirectoryInfo _folder;

    private NoiseAdapters(DirectoryInfo folder, IReadOnlyList<string> paths) => (_folder, Paths) = (folder, paths);

    public IReadOnlyList<string> Paths { get; }

    /// <param name="model">The base model.</param>
    /// <param name="count">How many, all different.</param>
    /// <param name="rank">1 or more, on all linear layers.</param>
    public static NoiseAdapters Write(string model, int count, int rank)
    {
        var folder = Directory.CreateTempSubdirectory("mft-bench-");
        var paths = Enumerable.Range(0, count).Select(number => Path.Combine(folder.FullName, $"adapter-{number}.gguf")).ToList();
        var adapters = new NoiseAdapters(folder, paths);
        try
        {
            for (var i = 0; i < count; i++) SyntheticAdapter.Write(paths[i], model, rank, (ulong)i);
            return adapters;
        }
        catch
        {
            adapters.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
