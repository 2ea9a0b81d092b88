using MultiagentFT.Foundation;

namespace MultiagentFT.Benchmarks;

/// <summary>The model that this repository ships.</summary>
internal static class EmbeddedModel
{
    public static string Path { get; } = Directory.GetFiles(System.IO.Path.Combine(AppContext.BaseDirectory, "models"), "*.gguf").Order().FirstOrDefault()
        ?? throw new InputException("models", null, "the embedded model beside the program", "no GGUF file");
}
