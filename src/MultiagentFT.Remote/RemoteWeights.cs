using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Remote;

/// <summary>
/// An agent's weights that an endpoint keeps: a small JSON file, which stands where the adapter of a local agent does, and refers to the model.
/// </summary>
/// <param name="Format">Version of the file, <see cref="FileFormat.Current"/>.</param>
/// <param name="Model">The endpoint's name of it, such as <c>ft:gpt-4.1-mini:acme::8Xz</c>.</param>
/// <param name="BaseUrl">The endpoint.</param>
/// <param name="Base">The model that was finetuned; null: it is not known.</param>
/// <param name="Job">The job that made it; null: it is not known.</param>
public sealed record RemoteWeights(int Format, string Model, string BaseUrl, string? Base = null, string? Job = null)
{
    /// <summary>How names of the files end.</summary>
    public const string Extension = ".remote";

    private const int LongestFile = 1 << 16;

    /// <summary>Whether a path is one of these files, by its name.</summary>
    public static bool IsReference(string path) => path.EndsWith(Extension, StringComparison.Ordinal);

    /// <exception cref="InputException">The file cannot be read, or is something else.</exception>
    public static RemoteWeights Read(string path)
    {
        try
        {
            if (!IsReference(path)) throw new InputException(path, null, $"a reference to a remote model ({Extension}), as an endpoint takes no adapter files", "another file");
            if (new FileInfo(path) is { Exists: true, Length: > LongestFile } large) throw new InputException(path, null, "a reference to a remote model", $"{large.Length} bytes");
            var value = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path), JsonFormats.Indented);
            if (FileFormat.Refusal(path, value) is { } refusal) throw refusal;
            var weights = value.Deserialize<RemoteWeights>(JsonFormats.Indented) ?? throw new InputException(path, null, "a reference to a remote model", "null");
            if (!RemoteModel.IsName(weights.Model)) throw new InputException(path, "model", "an endpoint's name of a model", weights.Model);
            return weights;
        }
        catch (JsonException error)
        {
            throw new InputException(path, null, "a reference to a remote model as JSON", JsonMessage.Of(error), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable reference to a remote model", error.Message, error);
        }
    }

    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, JsonFormats.Indented) + "\n");

    /// <summary>The model, if it is one of an endpoint.</summary>
    /// <exception cref="InputException">It is one of another endpoint.</exception>
    internal string ModelAt(string baseUrl, string path) => BaseUrl.TrimEnd('/') == baseUrl.TrimEnd('/')
        ? Model
        : throw new InputException(path, "baseUrl", $"{baseUrl}, the endpoint that is asked (--base-url)", BaseUrl);
}
