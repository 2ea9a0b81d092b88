using MultiagentFT.Bench.Models;

namespace MultiagentFT.Cli.Setup;

/// <summary>The model that a bench loads: somebody's file, or made-up weights in a temporary folder that goes with this object.</summary>
internal sealed class BenchModel : IDisposable
{
    private readonly DirectoryInfo? _folder;

    private BenchModel(string path, DirectoryInfo? folder) => (Path, _folder) = (path, folder);

    public string Path { get; }

    /// <summary>Whether the file goes with this object.</summary>
    public bool IsTemporary => _folder is not null;

    public static BenchModel OfFile(string path) => new(path, null);

    /// <exception cref="Foundation.InputException">The type does not fit the shape.</exception>
    public static BenchModel OfShape(BenchShape shape, string quantization)
    {
        var folder = Directory.CreateTempSubdirectory("mft-bench-");
        var model = new BenchModel(System.IO.Path.Combine(folder.FullName, "model.gguf"), folder);
        try
        {
            SyntheticModel.Write(model.Path, shape, quantization);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder?.Delete(recursive: true);
}
