using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Serving;

/// <summary>The base model that comes with the library, in <c>models/</c> beside the program: 3 million parameters, arithmetic alone.</summary>
public static class EmbeddedModel
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "models", "arithmetic-3m.gguf");

    /// <summary>The model at a path, or the embedded one when the path is empty.</summary>
    /// <exception cref="InputException">The path is empty and this build has no embedded model.</exception>
    public static string Or(string path)
    {
        if (path.Length > 0) return path;
        return File.Exists(Path) ? Path : throw new InputException("model", null, $"a GGUF file, as this build has no {Path}", "none");
    }

    /// <summary>A run's base model where it lay, or the embedded one when it is gone from there and this is the same.</summary>
    public static string Find(InputFile model) => Find(model, Path);

    internal static string Find(InputFile model, string embedded) =>
        !File.Exists(model.Path) && File.Exists(embedded) && InputFile.Measure(embedded).Sha256 == model.Sha256 ? embedded : model.Path;
}
