using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Contracts.Training;

/// <summary>The report file beside an adapter: <c>generator-1.gguf</c> has <c>generator-1.json</c>.</summary>
public static class TrainingReports
{
    public static string PathFor(string adapter) => Path.ChangeExtension(adapter, ".json");

    public static void Write(string adapter, TrainingReport report) =>
        AtomicFile.WriteText(PathFor(adapter), JsonSerializer.Serialize(report, JsonFormats.Indented));
}
