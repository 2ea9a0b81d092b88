using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Configuration;

/// <summary>
/// Finds everything in a JSON value that a type cannot hold: the serializer stops at the first such thing, people
/// want to hear of all of them.
/// </summary>
internal static class ConfigShape
{
    /// <param name="element">What was found.</param>
    /// <param name="type">What it has to become.</param>
    /// <param name="key">Where it stands, dotted; empty at the root.</param>
    public static IEnumerable<string> Errors(JsonElement element, JsonTypeInfo type, string key) => type.Kind switch
    {
        JsonTypeInfoKind.Object => OfObject(element, type, key),
        JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array =>
            element.EnumerateArray().SelectMany(
                (item, index) => Errors(item, type.Options.GetTypeInfo(type.ElementType!), $"{key}[{index}]")),
        _ => OfValue(element, type, key),
    };

    private static IEnumerable<string> OfObject(JsonElement element, JsonTypeInfo type, string key)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            yield return $"{Place(key)}: expected an object, found {Found(element)}";
            yield break;
        }
        foreach (var missing in type.Properties.Where(property => property.AssociatedParameter is { HasDefaultValue: false } && !element.TryGetProperty(property.Name, out _)))
            yield return $"{Place(key)}: expected {missing.Name} in it, found no such key";
        foreach (var member in element.EnumerateObject())
        {
            var path = key.Length == 0 ? member.Name : $"{key}.{member.Name}";
            var property = type.Properties.FirstOrDefault(candidate => candidate.Name == member.Name && candidate.Set is not null);
            if (property is null)
            {
                yield return $"{path}: expected one of {string.Join(", ", Names(type))}, found an unknown key{ClosestName.Hint(member.Name, Names(type))}";
                continue;
            }
            foreach (var error in Errors(member.Value, type.Options.GetTypeInfo(property.PropertyType), path)) yield return error;
        }
    }

    private static IEnumerable<string> OfValue(JsonElement element, JsonTypeInfo type, string key)
    {
        var readable = false;
        try
        {
            readable = element.Deserialize(type) is not null || Nullable.GetUnderlyingType(type.Type) is not null;
        }
        catch (JsonException)
        {
        }
        if (!readable) yield return $"{Place(key)}: expected {Describe(type.Type)}, found {Found(element)}";
    }

    private static IEnumerable<string> Names(JsonTypeInfo type) =>
        type.Properties.Where(property => property.Set is not null).Select(property => property.Name);

    private static string Place(string key) => key.Length == 0 ? "the file" : key;

    private static string Describe(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } inner => Describe(inner) + " or null",
        _ when type == typeof(string) => "a string",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(ulong) => "a whole number of 0 or more",
        _ when type == typeof(float) || type == typeof(double) => "a number",
        _ when type.IsEnum => string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)),
        _ => "a list",
    };

    private static string Found(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
