using System.Text.Json;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Foundation;
using MultiagentFT.Hub;

namespace MultiagentFT.Cli.Setup;

/// <summary>Names <c>hf:OWNER/NAME:FILE</c> in place of paths in files of settings: each stands for the path of the file in the cache.</summary>
internal static class HubNames
{
    private static readonly string[] Keys = ["model", "models", "task", "tasks", "evaluationTask", "evaluationTasks", "feedback", "embeddingModel"];

    /// <summary>The path of a name's file; null of what is no such name.</summary>
    /// <exception cref="InputException">It is meant as such a name and is none.</exception>
    public static string? Locate(string text) => HubFile.IsName(text) ? HubFile.Parse(text).In(new HubOptions().Cache) : null;

    /// <summary>Downloads what a file of settings names and the cache does not have.</summary>
    /// <param name="path">The file; what is wrong with it says whoever reads it for its settings.</param>
    /// <param name="isGiven">Whether something else comes before the file's value of a key, which is not needed then.</param>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="cancellation">Ends a download, which the next call continues.</param>
    /// <exception cref="InputException">A name is none, or its file cannot be had.</exception>
    public static async Task FetchAsync(string path, Func<string, bool> isGiven, Terminal terminal, CancellationToken cancellation)
    {
        var names = In(path, isGiven);
        if (names.Count == 0) return;
        using var client = new HubClient(HubOptions.Create());
        foreach (var name in names)
            _ = await client.GetAsync(HubFile.Parse(name), again: false, null, new DownloadLines(terminal, name, TimeProvider.System), cancellation).ConfigureAwait(false);
    }

    /// <summary>The names in a file of settings that are needed, each once; none where it is no JSON.</summary>
    private static IReadOnlyList<string> In(string path, Func<string, bool> isGiven)
    {
        try
        {
            if (path == StandardStream.Name || !File.Exists(path)) return [];
            using var document = JsonDocument.Parse(JsonContent.OfFile(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement is { ValueKind: JsonValueKind.Object } settings
                ? [.. settings.EnumerateObject().Where(setting => !isGiven(setting.Name)).SelectMany(Names).Distinct()]
                : [];
        }
        catch (Exception error) when (error is JsonException or InputException)
        {
            return [];
        }
    }

    private static IEnumerable<string> Names(JsonElement element, bool isNamed) => element.ValueKind switch
    {
        JsonValueKind.String when isNamed && HubFile.IsName(element.GetString()!) => [element.GetString()!],
        JsonValueKind.Array when isNamed => element.EnumerateArray().SelectMany(item => Names(item, isNamed)),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(Names),
        _ => [],
    };

    private static IEnumerable<string> Names(JsonProperty setting) => Names(setting.Value, Keys.Contains(setting.Name));
}
