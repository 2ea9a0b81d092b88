using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Serving;

/// <summary>The base model that comes with the program, in <c>models/</c> beside it.</summary>
internal static class EmbeddedModel
{
    public const string FileName = "arithmetic-3m.gguf";

    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "models", FileName);

    /// <summary>A run's base model where it lay, or <paramref name="embedded"/> when it is gone from there and this is the same.</summary>
    /// <param name="model">As the run began with it.</param>
    /// <param name="embedded">The embedded model's path.</param>
    public static string Find(InputFile model, string embedded) =>
        !File.Exists(model.Path) && File.Exists(embedded) && InputFile.Measure(embedded).Sha256 == model.Sha256 ? embedded : model.Path;

    /// <summary>The model that was asked for, else the embedded one.</summary>
    /// <exception cref="InputException">None was asked for and this build has none.</exception>
    public static string Or(string asked)
    {
        if (asked.Length > 0) return asked;
        return File.Exists(Path) ? Path : throw new InputException("--model", null, $"a GGUF file, as this build has no {Path}", "none");
    }
}
