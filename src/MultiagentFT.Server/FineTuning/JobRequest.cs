using System.Text.Json;
using System.Text.RegularExpressions;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.FineTuning;

/// <summary>The body of <c>POST /v1/fine_tuning/jobs</c>. What the trainer cannot do is refused.</summary>
/// <param name="Epochs">Null: auto.</param>
/// <param name="LearningRateMultiplier">Of the server's learning rate; null: auto.</param>
internal sealed partial record JobRequest(
    string Model, string TrainingFile, string? Suffix, int? Seed, int? Epochs, double? LearningRateMultiplier, IReadOnlyDictionary<string, string> Metadata)
{
    private const int MostMetadata = 16;

    /// <exception cref="ApiException">A field is missing, out of range, unknown or not supported.</exception>
    public static JobRequest Read(JsonElement body)
    {
        var fields = new RequestFields(body);
        var (model, file) = (fields.RequiredText("model"), fields.RequiredText("training_file"));
        var suffix = fields.Text("suffix");
        if (suffix is not null && !SuffixForm().IsMatch(suffix))
            throw ApiException.Invalid("suffix", $"suffix: expected letters, digits and . _ - (1 to 64), found {Printable.Line(suffix)}");
        var seed = (int?)fields.Whole("seed", int.MinValue, int.MaxValue);
        var (epochs, rate) = MethodOf(fields);
        var metadata = MetadataOf(fields);
        fields.Only("integrations", "none", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        fields.RefuseOthers("validation_file");
        return new JobRequest(model, file, suffix, seed, epochs, rate, metadata);
    }

    private static (int? Epochs, double? Rate) MethodOf(RequestFields fields)
    {
        // The older place of the same settings.
        var outer = fields.Object("hyperparameters");
        if (fields.Object("method") is not { } method) return outer is null ? default : HyperparametersOf(outer);
        var type = method.RequiredText("type");
        if (type != "supervised") throw ApiException.Unsupported("method.type", $"method.type: expected supervised, which this server's trainer has, found {Printable.Line(type)}");
        var supervised = method.Object("supervised");
        method.RefuseOthers("dpo", "reinforcement");
        var inner = supervised?.Object("hyperparameters");
        supervised?.RefuseOthers();
        if (outer is not null && inner is not null) throw ApiException.Invalid("hyperparameters", "hyperparameters: expected them in method alone, found them twice");
        return (inner ?? outer) is { } given ? HyperparametersOf(given) : default;
    }

    private static (int? Epochs, double? Rate) HyperparametersOf(RequestFields fields)
    {
        var epochs = IsAuto(fields, "n_epochs") ? null : fields.Whole("n_epochs", 1, 50);
        var rate = IsAuto(fields, "learning_rate_multiplier") ? null : fields.Number("learning_rate_multiplier", 1e-4, 1e3);
        fields.Only("batch_size", "auto, as this server's batches are counted in tokens", value => RequestFields.Is(value, "auto"));
        fields.RefuseOthers();
        return ((int?)epochs, rate);
    }

    private static bool IsAuto(RequestFields fields, string name) => fields.Any(name) is { } value && RequestFields.Is(value, "auto");

    private static Dictionary<string, string> MetadataOf(RequestFields fields)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (fields.Any("metadata") is not { } value) return metadata;
        if (value.ValueKind != JsonValueKind.Object) throw fields.Wrong("metadata", "an object of texts", value);
        foreach (var entry in value.EnumerateObject())
        {
            var text = RequestFields.TextOf($"metadata.{entry.Name}", entry.Value);
            if (entry.Name.Length > 64 || text.Length > 512 || metadata.Count == MostMetadata)
                throw ApiException.Invalid("metadata", $"metadata: expected at most {MostMetadata} keys of 64 characters with texts of 512, found more");
            metadata[entry.Name] = text;
        }
        return metadata;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._\-]{1,64}\z")]
    private static partial Regex SuffixForm();
}
