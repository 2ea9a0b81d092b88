using MultiagentFT.Cluster;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>The base models that a worker has.</summary>
internal static class BaseModels
{
    /// <summary>The embedded model, and the files and folders that are given.</summary>
    /// <param name="paths">GGUF files, and folders of them; what is no model in a folder is left out.</param>
    /// <param name="log">Told what is left out.</param>
    /// <exception cref="InputException">A path is none, or a file is no model.</exception>
    public static IReadOnlyList<BaseModel> Find(IReadOnlyList<string> paths, Action<string> log)
    {
        var models = new List<BaseModel>();
        if (File.Exists(EmbeddedModel.Path)) models.Add(Read(EmbeddedModel.Path));
        foreach (var path in paths.Select(Path.GetFullPath))
        {
            if (File.Exists(path)) models.Add(Read(path));
            else if (!Directory.Exists(path)) throw new InputException("--models", null, "GGUF files and folders of them", path);
            else models.AddRange(Directory.EnumerateFiles(path, "*.gguf").Where(file => !PartFiles.IsLater(file)).Order(StringComparer.Ordinal).Select(file => TryRead(file, log)).OfType<BaseModel>());
        }
        return models;
    }

    private static BaseModel? TryRead(string path, Action<string> log)
    {
        try
        {
            return Read(path);
        }
        catch (InputException error)
        {
            log($"left out: {error.Message}");
            return null;
        }
    }

    private static BaseModel Read(string path)
    {
        using (var model = ModelFile.Open(path)) WeightCheck.Run(model);
        return new BaseModel(ModelProbe.ContentOf(path), path, Path.GetFileName(path));
    }
}
