using System.Text.Json;
using System.Text.Json.Nodes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Configuration;

/// <summary>Where two configurations differ, key by key.</summary>
internal static class ConfigDifference
{
    /// <summary>One sentence for each key that differs; empty when the two decide the same run.</summary>
    public static IReadOnlyList<string> Between(RunConfig expected, RunConfig found)
    {
        var left = Flat(expected);
        var right = Flat(found);
        return [.. left.Keys.Union(right.Keys).Order(StringComparer.Ordinal)
            .Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key))
            .Select(key => $"{key}: expected {left.GetValueOrDefault(key, "nothing")}, found {right.GetValueOrDefault(key, "nothing")}")];
    }

    private static Dictionary<string, string> Flat(RunConfig config)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Visit(JsonSerializer.SerializeToNode(config, JsonFormats.Indented), "", values);
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
