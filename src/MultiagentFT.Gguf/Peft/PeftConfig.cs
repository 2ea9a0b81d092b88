using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// PEFT's <c>adapter_config.json</c> of a LoRA. What changes the function and cannot be carried over is refused; a key that is not known here
/// is accepted only where it is null, false or empty, as PEFT adds keys with every release.
/// </summary>
internal sealed class PeftConfig
{
    public const string FileName = "adapter_config.json";

    /// <summary>Keys that do not change what an adapter computes.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "auto_mapping", "corda_config", "ensure_weight_tying", "eva_config", "exclude_modules", "inference_mode", "layers_pattern",
        "layers_to_transform", "loftq_config", "lora_dropout", "megatron_core", "peft_version", "qalora_group_size", "revision", "runtime_config",
    ];

    /// <summary>Keys that, if they are used, make it another function than W + scale·B·A.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["use_dora"] = "no DoRA, whose magnitudes no GGUF adapter has",
        ["modules_to_save"] = "no modules that are saved whole",
        ["trainable_token_indices"] = "no trained rows of the embedding",
        ["fan_in_fan_out"] = "no transposed weights",
        ["lora_bias"] = "no biases beside the factors",
    };

    private readonly string _path;
    private readonly IReadOnlyList<(Regex Pattern, double Value)> _ranks;
    private readonly IReadOnlyList<(Regex Pattern, double Value)> _alphas;

    private PeftConfig(string path, JsonElement root)
    {
        _path = path;
        foreach (var property in root.EnumerateObject()) Check(property);
        if (OptionalText(root, "peft_type") is var type && type != "LORA") throw new InputException(path, "peft_type", "LORA", type ?? "none");
        if (OptionalText(root, "task_type") is { } task && task != "CAUSAL_LM") throw new InputException(path, "task_type", "CAUSAL_LM", task);
        if (OptionalText(root, "bias") is { } bias && bias != "none") throw new InputException(path, "bias", "none", bias);
        CheckStart(root);
        Rank = Whole("r", Number("r", Required(root, "r")));
        Alpha = Number("lora_alpha", Required(root, "lora_alpha"));
        RsLora = root.TryGetProperty("use_rslora", out var stabilized) && stabilized.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw new InputException(path, "use_rslora", "true or false", stabilized.GetRawText()),
        };
        BaseModel = OptionalText(root, "base_model_name_or_path");
        Targets = ReadTargets(root);
        _ranks = Patterns(root, "rank_pattern");
        _alphas = Patterns(root, "alpha_pattern");
        foreach (var (pattern, value) in _ranks) _ = Whole($"rank_pattern: {pattern}", value);
    }

    /// <summary>r, 1 or more.</summary>
    public int Rank { get; }

    /// <summary>lora_alpha; finite, not 0.</summary>
    public double Alpha { get; }

    /// <summary>Whether products are scaled by alpha / √rank.</summary>
    public bool RsLora { get; }

    /// <summary>What the adapter was trained on, as its author calls it; null where the file does not say.</summary>
    public string? BaseModel { get; }

    /// <summary>Names, or ends of paths, of the layers with factors; null where the file has a pattern for them.</summary>
    public IReadOnlyList<string>? Targets { get; }

    /// <exception cref="InputException">It is no such file, or asks for what cannot be carried over.</exception>
    public static PeftConfig Read(string path)
    {
        var content = JsonContent.OfFile(path);
        try
        {
            JsonContent.RequireValues(path, null, content);
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new PeftConfig(path, document.RootElement)
                : throw new InputException(path, null, "an object", $"{document.RootElement.ValueKind}");
        }
        catch (JsonException error)
        {
            throw new InputException(path, null, "PEFT's configuration of an adapter as JSON", JsonMessage.Of(error), error);
        }
    }

    /// <summary>The rank that a layer has, by the first pattern that it fits.</summary>
    public int RankOf(PeftModule module) => (int)Of(module, _ranks, Rank);

    /// <summary>What the product of a layer's factors is scaled by.</summary>
    public double ScaleOf(PeftModule module)
    {
        var rank = RankOf(module);
        return Of(module, _alphas, Alpha) / (RsLora ? Math.Sqrt(rank) : rank);
    }

    /// <summary>Whether a layer is one that the file has factors for.</summary>
    public bool IsTarget(PeftModule module) => Targets is null
        || Targets.Any(target => module.Path == target || module.Path.EndsWith("." + target, StringComparison.Ordinal));

    private static double Of(PeftModule module, IReadOnlyList<(Regex Pattern, double Value)> patterns, double otherwise)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.IsMatch(module.Path)) return value;
        }
        return otherwise;
    }

    private void Check(JsonProperty property)
    {
        if (IsUnused(property.Value)) return;
        if (Refused.TryGetValue(property.Name, out var expected)) throw new InputException(_path, property.Name, expected, property.Value.GetRawText());
        if (Harmless.Contains(property.Name)
            || property.Name is "peft_type" or "task_type" or "bias" or "init_lora_weights" or "r" or "lora_alpha" or "use_rslora"
                or "base_model_name_or_path" or "target_modules" or "rank_pattern" or "alpha_pattern") return;
        throw new InputException(_path, property.Name, "a setting of LoRA that is known here, or one that is not used", property.Value.GetRawText());
    }

    /// <summary>Some ways to begin change the base weights, which those of the model's file are not.</summary>
    private void CheckStart(JsonElement root)
    {
        if (!root.TryGetProperty("init_lora_weights", out var start) || start.ValueKind != JsonValueKind.String) return;
        var way = start.GetString()!;
        if (way.StartsWith("pissa", StringComparison.OrdinalIgnoreCase) || way.ToUpperInvariant() is "OLORA" or "CORDA" or "LOFTQ")
            throw new InputException(_path, "init_lora_weights", "a start that leaves the base weights as they are", way);
    }

    private IReadOnlyList<string>? ReadTargets(JsonElement root)
    {
        if (!root.TryGetProperty("target_modules", out var targets) || targets.ValueKind is JsonValueKind.String or JsonValueKind.Null) return null;
        if (targets.ValueKind == JsonValueKind.Array && targets.EnumerateArray().All(target => target.ValueKind == JsonValueKind.String))
            return [.. targets.EnumerateArray().Select(target => target.GetString()!)];
        throw new InputException(_path, "target_modules", "a list of names, or a pattern", targets.GetRawText());
    }

    /// <summary>Python's patterns, of which one stands for the end of a path; matched in linear time.</summary>
    private List<(Regex Pattern, double Value)> Patterns(JsonElement root, string key)
    {
        var patterns = new List<(Regex, double)>();
        if (!root.TryGetProperty(key, out var values) || values.ValueKind == JsonValueKind.Null) return patterns;
        if (values.ValueKind != JsonValueKind.Object) throw new InputException(_path, key, "an object of patterns", values.GetRawText());
        foreach (var pair in values.EnumerateObject())
        {
            try
            {
                patterns.Add((new Regex($@"^(.*\.)?({pair.Name})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), Number($"{key}: {pair.Name}", pair.Value)));
            }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                throw new InputException(_path, key, "patterns without look-around and back-references", pair.Name, error);
            }
        }
        return patterns;
    }

    private JsonElement Required(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) ? value : throw new InputException(_path, key, "a number", "none");

    private double Number(string place, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && double.IsFinite(number) && number != 0
            ? number
            : throw new InputException(_path, place, "a finite number other than 0", value.GetRawText());

    private int Whole(string place, double number) => number is >= 1 and <= int.MaxValue && number == Math.Floor(number)
        ? (int)number
        : throw new InputException(_path, place, "a rank of 1 or more", number.ToString(CultureInfo.InvariantCulture));

    private string? OptionalText(JsonElement root, string key)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new InputException(_path, key, "a text", value.GetRawText());
    }

    private static bool IsUnused(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
