using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MultiagentFT.Foundation;

/// <summary>How this project reads and writes JSON: camelCase, unknown and repeated keys rejected, nulls written, enums as names.</summary>
public static class JsonFormats
{
    /// <summary>One object a line.</summary>
    public static readonly JsonSerializerOptions Line = Create(indented: false);

    /// <summary>For files that people read.</summary>
    public static readonly JsonSerializerOptions Indented = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var format = Options(indented);
        format.MakeReadOnly();
        return format;
    }

    /// <summary>No list or dictionary of this project's files holds null, but for those of nullable numbers.</summary>
    private static void RefuseNullElements(JsonTypeInfo type)
    {
        if (type.Kind is not (JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)) return;
        if (type.ElementType is { IsValueType: true }) return;
        type.OnDeserialized = list =>
        {
            var elements = list is IDictionary dictionary ? dictionary.Values : (IEnumerable)list;
            var index = 0;
            foreach (var element in elements)
            {
                if (element is null) throw new JsonException($"a list holds null at position {index}");
                index++;
            }
        };
    }

    private static JsonSerializerOptions Options(bool indented) => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = indented,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        // The serializer checks members for null where their type allows none, but not what is in a list.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNullElements } },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };
}
