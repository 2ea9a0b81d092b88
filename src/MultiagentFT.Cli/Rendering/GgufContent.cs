using MultiagentFT.Gguf;

namespace MultiagentFT.Cli.Rendering;

/// <summary>What a GGUF file holds, for JSON. Long lists of the metadata are given by their length.</summary>
internal static class GgufContent
{
    private const int LongestList = 16;

    public static object Of(ModelFile model) => new
    {
        kind = "model",
        file = model.File.Path,
        model.Name,
        model.Architecture,
        model.Parameters,
        model.WeightBytes,
        contextLength = model.Shape.Context,
        vocabularySize = model.Shape.Vocabulary,
        model.HasChatTemplate,
        model.Fingerprint,
        metadata = Metadata(model.File),
        tensors = Tensors(model.File),
    };

    public static object Of(AdapterFile adapter) => new
    {
        kind = "adapter",
        file = adapter.File.Path,
        adapter.Name,
        adapter.Architecture,
        adapter.Alpha,
        ranks = adapter.Pairs.Select(pair => pair.Rank).Distinct(),
        targets = adapter.Pairs.Select(pair => pair.BaseTensor),
        adapter.UnusedNorms,
        adapter.BaseName,
        adapter.BaseFingerprint,
        metadata = Metadata(adapter.File),
        tensors = Tensors(adapter.File),
    };

    /// <summary>A value as one short line.</summary>
    public static string Describe(object value) => Shorten(value) switch
    {
        Array list => string.Join(", ", list.Cast<object>()),
        var other => Convert.ToString(other, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };

    private static Dictionary<string, object> Metadata(GgufFile file) =>
        file.Metadata.ToDictionary(entry => entry.Key, entry => Shorten(entry.Value));

    private static IEnumerable<object> Tensors(GgufFile file) =>
        file.Tensors.Select(tensor => new { tensor.Name, type = TensorTypes.Name(tensor.Type), tensor.Shape, tensor.Bytes });

    private static object Shorten(object value) => value switch
    {
        Array { Length: > LongestList } list => $"{list.Length} values",
        string[] texts => texts.Select(EscapedUtf8.Show).ToArray(),
        Array list when list.Cast<object>().Any(IsNoJsonNumber) => list.Cast<object>().Select(Shorten).ToArray(),
        _ when IsNoJsonNumber(value) => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
        _ => value,
    };

    /// <summary>JSON has no NaN and no infinity; they are given by name.</summary>
    private static bool IsNoJsonNumber(object value) => value is float single && !float.IsFinite(single) || value is double number && !double.IsFinite(number);
}
