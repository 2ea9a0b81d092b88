using System.Text.Json;

namespace MultiagentFT.Debate.Tests.Tasks.Grading;

/// <summary>Two answers and whether they are equal by mathematics; kept in pairs.jsonl beside this file.</summary>
internal sealed record GradedPair(string Left, string Right, bool Equal)
{
    public static IEnumerable<GradedPair> All()
    {
        using var reader = new StreamReader(typeof(GradedPair).Assembly.GetManifestResourceStream("pairs.jsonl")!);
        while (reader.ReadLine() is { } line)
            yield return JsonSerializer.Deserialize<GradedPair>(line, JsonSerializerOptions.Web)!;
    }
}
