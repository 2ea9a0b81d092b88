using System.Text.Json;
using System.Text.Json.Nodes;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Configuration;

/// <summary>Where two jobs differ in what can change their results, key by key.</summary>
internal static class JobDifference
{
    /// <summary>What decides how fast a result is there, not what it is.</summary>
    private static readonly HashSet<string> Speed =
    [
        "engine.threads", "engine.slots", "engine.keptSlots", "engine.batchTokens", "engine.lanes", "engine.memory", "trainers", "training.threads",
        "remote.concurrency", "remote.timeoutSeconds", "remote.retries", "remote.tokenBudget", "remote.costBudget", "remote.inputPrice", "remote.outputPrice",
        "remote.trainingPrice",
        "training.memory", "training.keep",
    ];

    /// <summary>One sentence for each setting and each input file that differs. A model is what it contains, wherever it lies.</summary>
    public static IReadOnlyList<string> Between<T>(T expected, IReadOnlyList<InputFile> expectedInputs, T found, IReadOnlyList<InputFile> foundInputs)
        where T : AnsweringConfig
    {
        // Another build has its own copy of the embedded model.
        if (expectedInputs[0].Sha256 == foundInputs[0].Sha256) expected = expected with { Model = found.Model };
        return [.. Between(expected, found), .. Between(expectedInputs, foundInputs)];
    }

    /// <summary>One sentence for each key that differs; empty when the two decide the same results.</summary>
    public static IReadOnlyList<string> Between<T>(T expected, T found)
    {
        var left = Flat(expected);
        var right = Flat(found);
        return [.. left.Keys.Union(right.Keys).Except(Speed).Order(StringComparer.Ordinal)
            .Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key))
            .Select(key => $"{key}: expected {left.GetValueOrDefault(key, "nothing")}, found {right.GetValueOrDefault(key, "nothing")}")];
    }

    /// <summary>The keys whose values differ, those included that decide no more than the speed.</summary>
    public static IReadOnlyList<string> Keys<T>(T expected, T found)
    {
        var (left, right) = (Flat(expected), Flat(found));
        return [.. left.Keys.Union(right.Keys).Order(StringComparer.Ordinal).Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key))];
    }

    private static IEnumerable<string> Between(IReadOnlyList<InputFile> expected, IReadOnlyList<InputFile> found) => expected.Zip(found)
        .Where(pair => pair.First.Sha256 != pair.Second.Sha256)
        .Select(pair => $"{pair.Second.Path}: expected SHA-256 {pair.First.Sha256}, found {pair.Second.Sha256}");

    /// <exception cref="InputException">There are differences; the message lists them.</exception>
    public static void ThrowIfAny(string what, IReadOnlyList<string> differences)
    {
        if (differences.Count > 0) throw new InputException(string.Join("\n  ", differences.Prepend(what)));
    }

    private static Dictionary<string, string> Flat<T>(T value)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Visit(JsonSerializer.SerializeToNode(value, JsonFormats.Indented), "", values);
        return values;
    }

    private static void Visit(JsonNode? node, string key, Dictionary<string, string> values)
    {
        if (node is not JsonObject inner)
        {
            values[key] = node?.ToJsonString(JsonFormats.Line) ?? "null";
            return;
        }
        foreach (var (name, value) in inner) Visit(value, key.Length == 0 ? name : $"{key}.{name}", values);
    }
}
