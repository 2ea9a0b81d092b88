using MultiagentFT.Foundation;

namespace MultiagentFT.Cli.Setup;

/// <summary>The base model that comes with the program, in <c>models/</c> beside it.</summary>
internal static class EmbeddedModel
{
    public const string FileName = "arithmetic-3m.gguf";

    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "models", FileName);

    /// <summary>The model that was asked for, else the embedded one.</summary>
    /// <exception cref="InputException">None was asked for and this build has none.</exception>
    public static string Or(string asked)
    {
        if (asked.Length > 0) return asked;
        return File.Exists(Path) ? Path : throw new InputException("--model", null, $"a GGUF file, as this build has no {Path}", "none");
    }
}
