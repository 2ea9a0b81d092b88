using System.Text.Json;
using System.Text.RegularExpressions;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.FineTuning;

/// <summary>The body of <c>POST /v1/fine_tuning/jobs</c>. What the trainer cannot do is refused.</summary>
internal sealed partial record JobRequest(
    string Model, string TrainingFile, string? Suffix, int? Seed, JobMethod Method, IReadOnlyDictionary<string, string> Metadata)
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
        var method = JobMethod.Read(fields);
        var metadata = MetadataOf(fields);
        fields.Only("integrations", "none", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        fields.RefuseOthers("validation_file");
        return new JobRequest(model, file, suffix, seed, method, metadata);
    }

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
