using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Configuration;

/// <summary>Reads and writes run configurations as JSON; comments and trailing commas are allowed.</summary>
public static class RunConfigFile
{
    /// <summary>
    /// Reads a file; keys that it leaves out keep their value in <paramref name="defaults"/>. Its relative paths start at
    /// its folder.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="defaults">Values of the keys that it leaves out; null for those of <see cref="RunConfig"/>.</param>
    /// <param name="catalog">The methods to choose from; null for the default ones.</param>
    /// <exception cref="InputException">
    /// The file is missing or not JSON, or (all named at once) keys are unknown or values out of range.
    /// </exception>
    public static RunConfig Read(string path, RunConfig? defaults = null, MethodCatalog? catalog = null)
    {
        var config = Merge(path, null, defaults ?? new RunConfig());
        Check(path, config, catalog);
        return config;
    }

    /// <summary>A configuration with the values of a JSON object in place of its own; their range is not checked.</summary>
    /// <param name="defaults">What the object leaves out.</param>
    /// <param name="given">The object.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="key">Its place there; empty at the root.</param>
    /// <param name="folder">Where its relative paths start.</param>
    /// <param name="locate">The path of what is named otherwise than by one; null of a path.</param>
    /// <exception cref="InputException">Keys are unknown, values are of another type, or paths are none (unknown keys all named at once).</exception>
    internal static T Apply<T>(T defaults, JsonElement given, string source, string key, string folder, Func<string, string?>? locate = null)
        where T : DebateConfig
    {
        ThrowIfAny(source, [.. ConfigShape.Errors(given, JsonFormats.Indented.GetTypeInfo(typeof(T)), key)]);
        var merged = JsonSerializer.SerializeToNode(defaults, JsonFormats.Indented)!.AsObject();
        Merge(merged, JsonObject.Create(given)!);
        foreach (var path in (string[])["model", "task", "evaluationTask", "feedback", "embeddingModel"])
        {
            if (Has(given, path) && (string?)merged[path] is { Length: > 0 } name && !(path is not ("model" or "embeddingModel") && TaskCatalog.IsGenerated(name)) && !(path == "model" && RemoteModel.IsRemote(name)))
                merged[path] = locate?.Invoke(name) ?? FilePath.Full(name, $"{source}: {(key.Length == 0 ? path : $"{key}.{path}")}", folder);
        }
        return merged.Deserialize<T>(JsonFormats.Indented)!;
    }

    /// <summary>Reads a file of another kind with the same care: comments, trailing commas, all unknown keys at once.</summary>
    /// <exception cref="InputException">The file is missing or not JSON, keys are unknown, or values are of another type.</exception>
    internal static T ReadAs<T>(string path)
    {
        var given = Parse(path, null);
        ThrowIfAny(path, [.. ConfigShape.Errors(given, JsonFormats.Indented.GetTypeInfo(typeof(T)), "")]);
        return given.Deserialize<T>(JsonFormats.Indented)!;
    }

    /// <summary>Whether a file has a key.</summary>
    /// <exception cref="InputException">The file is missing or not JSON.</exception>
    public static bool HasKey(string path, string key) => Parse(path, null) is { ValueKind: JsonValueKind.Object } given && Has(given, key);

    /// <summary>The same for any configuration that a run's is made of; the values are not checked yet.</summary>
    /// <param name="path">The file, or the name of what was read, whose relative paths start at the current folder.</param>
    /// <param name="text">What was read; null reads the file.</param>
    /// <param name="defaults">Values of the keys that it leaves out.</param>
    /// <param name="locate">The path of a model or a dataset that is named otherwise than by one; null of a path.</param>
    /// <exception cref="InputException">The file is missing or not JSON, or (all named at once) keys are unknown.</exception>
    public static T Merge<T>(string path, string? text, T defaults, Func<string, string?>? locate = null)
        where T : DebateConfig
    {
        var folder = text is null ? Path.GetDirectoryName(Path.GetFullPath(path))! : Environment.CurrentDirectory;
        return Apply(defaults, Parse(path, text), path, "", folder, locate);
    }

    /// <summary>Rejects a configuration that is out of range.</summary>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <param name="config">What to check.</param>
    /// <param name="catalog">The methods to choose from; null for the default ones.</param>
    /// <exception cref="InputException">Names the source and every key at fault.</exception>
    public static void Check(string source, DebateConfig config, MethodCatalog? catalog = null) =>
        ThrowIfAny(source, [.. config is RunConfig run ? run.Validate(catalog ?? MethodCatalog.Default) : config.Validate()]);

    /// <summary>Writes a file whose paths start at its folder, so that both may move together.</summary>
    public static void Write(string path, RunConfig config) =>
        AtomicFile.WriteText(path, ToJson(config.RelativeTo(Path.GetDirectoryName(Path.GetFullPath(path))!)));

    public static string ToJson<T>(T config)
        where T : DebateConfig => JsonSerializer.Serialize(config, JsonFormats.Indented) + "\n";

    /// <summary>The JSON schema of a configuration, for editors and for people who look for a key.</summary>
    public static string Schema<T>()
        where T : DebateConfig => JsonFormats.Indented.GetJsonSchemaAsNode(typeof(T)).ToJsonString(JsonFormats.Indented) + "\n";

    private static JsonElement Parse(string path, string? text)
    {
        try
        {
            var content = text is null ? JsonContent.OfFile(path) : Encoding.UTF8.GetBytes(text);
            JsonContent.RequireValues(path, null, content);
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                AllowDuplicateProperties = false,
            });
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new InputException(path, null, "a JSON object", JsonMessage.Of(error), error);
        }
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (value is JsonObject inner && into[key] is JsonObject target) Merge(target, inner);
            else into[key] = value?.DeepClone();
        }
    }

    private static bool Has(JsonElement element, string key) => element.TryGetProperty(key, out _);

    internal static void ThrowIfAny(string source, IReadOnlyList<string> errors)
    {
        if (errors.Count == 1) throw new InputException($"{source}: {errors[0]}");
        if (errors.Count > 1) throw new InputException($"{source}: {errors.Count} errors\n  {string.Join("\n  ", errors)}");
    }
}
