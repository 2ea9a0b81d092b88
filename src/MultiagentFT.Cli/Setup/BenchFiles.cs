using MultiagentFT.Bench.Loading;
using MultiagentFT.Bench.Models;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli.Setup;

/// <summary>A bench's model and adapters of noise: in a temporary folder that goes with this object, or in one that stays.</summary>
internal sealed class BenchFiles : IDisposable
{
    private readonly BenchModel _model;
    private readonly NoiseAdapters? _adapters;

    private BenchFiles(BenchModel model, NoiseAdapters? adapters, string path, IReadOnlyList<string> paths) =>
        (_model, _adapters, Model, Adapters) = (model, adapters, path, paths);

    public string Model { get; }

    public IReadOnlyList<string> Adapters { get; }

    /// <param name="model">Becomes this object's.</param>
    public static BenchFiles Temporary(BenchModel model, LoadBenchOptions options)
    {
        try
        {
            var adapters = NoiseAdapters.Write(model.Path, options.Adapters, options.Rank);
            return new BenchFiles(model, adapters, model.Path, adapters.Paths);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <param name="folder">Is made where it is missing; files of the same names are replaced.</param>
    /// <param name="model">Becomes this object's.</param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static BenchFiles In(string folder, BenchModel model, LoadBenchOptions options)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = model.IsTemporary ? Path.Combine(folder, "model.gguf") : model.Path;
            if (model.IsTemporary) File.Copy(model.Path, path, overwrite: true);
            string[] paths = [.. Enumerable.Range(0, options.Adapters).Select(index => Path.Combine(folder, $"adapter-{index}.gguf"))];
            for (var i = 0; i < paths.Length; i++) SyntheticAdapter.Write(paths[i], path, options.Rank, (ulong)i);
            return new BenchFiles(model, null, path, paths);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            model.Dispose();
            throw new InputException(folder, null, "a folder that can be written", error.Message, error);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _adapters?.Dispose();
        _model.Dispose();
    }
}
