using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Serving;

/// <summary>
/// The base model that comes with the library, in <c>models/</c> beside the program: 3 million parameters, arithmetic alone. Another one lies beside it,
/// <c>families-3m</c>, which knows word problems and symbolic ones too.
/// </summary>
public static class EmbeddedModel
{
    private static readonly string Folder = System.IO.Path.Combine(AppContext.BaseDirectory, "models");

    public static string Path { get; } = System.IO.Path.Combine(Folder, "arithmetic-3m.gguf");

    /// <summary>The model at a path, one that comes with the library by its name where there is no such file, or the embedded one when the path is empty.</summary>
    /// <exception cref="InputException">The path is empty and this build has no embedded model.</exception>
    public static string Or(string path)
    {
        if (path.Length > 0) return ByName(path) ?? path;
        return File.Exists(Path) ? Path : throw new InputException("model", null, $"a GGUF file, as this build has no {Path}", "none");
    }

    /// <param name="path">A name alone, or what became of one as a path from the current folder.</param>
    private static string? ByName(string path)
    {
        if (File.Exists(path) || System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) != Environment.CurrentDirectory) return null;
        var model = System.IO.Path.Combine(Folder, System.IO.Path.GetFileName(path) + ".gguf");
        return File.Exists(model) ? model : null;
    }

    /// <summary>A run's base model where it lay, or the embedded one when it is gone from there and this is the same.</summary>
    public static string Find(InputFile model) => Find(model, Path);

    internal static string Find(InputFile model, string embedded) =>
        !File.Exists(model.Path) && File.Exists(embedded) && InputFile.Measure(embedded).Sha256 == model.Sha256 ? embedded : model.Path;
}
