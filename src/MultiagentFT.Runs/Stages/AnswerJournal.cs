using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Stages;

/// <summary>
/// An engine whose answers are kept in a file as they end, and given again to the same request after an interruption. Only for
/// engines whose answers do not depend on what is decoded beside them: what is left of a chunk is answered in other company.
/// </summary>
internal sealed class AnswerJournal : IGenerationEngine
{
    private readonly IGenerationEngine _engine;
    private readonly string _path;
    private readonly Dictionary<string, GenerationResult> _kept = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private FileStream? _file;
    private bool _isBroken;

    /// <param name="engine">Answers what is not kept; stays the caller's.</param>
    /// <param name="path">The file; lines that are torn or changed are not read.</param>
    public AnswerJournal(IGenerationEngine engine, string path)
    {
        (_engine, _path) = (engine, path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // A link leads to a file that is none of ours.
        if (new FileInfo(path).LinkTarget is not null) File.Delete(path);
        if (!File.Exists(path)) return;
        foreach (var line in File.ReadLines(path))
        {
            if (Parse(line) is { } entry) _kept[entry.Request] = entry.Result;
        }
    }

    public ModelDescription Model => _engine.Model;

    public EngineStatistics Statistics => _engine.Statistics;

    public EngineLoad Load => _engine.Load;

    public Exception? Fault => _engine.Fault;

    public bool IsBatchInvariant => _engine.IsBatchInvariant;

    public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default) =>
        _engine.LoadAdapterAsync(adapter, path, cancellation);

    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default) =>
        _engine.UnloadAdapterAsync(adapter, cancellation);

    public Task ClearCacheAsync(CancellationToken cancellation = default) => _engine.ClearCacheAsync(cancellation);

    public Task<GenerationResult> GenerateAsync(
        GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default) =>
        _engine.GenerateAsync(request, onText, cancellation);

    public async Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        var keys = requests.Select(KeyOf).ToArray();
        var results = new GenerationResult[requests.Count];
        var missing = new List<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (_kept.TryGetValue(keys[i], out var kept)) onCompleted?.Invoke(i, results[i] = kept);
            else missing.Add(i);
        }
        var answered = await _engine.GenerateBatchAsync(
            missing.ConvertAll(index => requests[index]),
            (at, result) =>
            {
                Keep(keys[missing[at]], result);
                onCompleted?.Invoke(missing[at], result);
            },
            onText is null ? null : (at, text) => onText(missing[at], text),
            cancellation).ConfigureAwait(false);
        for (var at = 0; at < missing.Count; at++) results[missing[at]] = answered[at];
        return results;
    }

    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Keep(string key, GenerationResult result)
    {
        if (result.Failure is not null) return;
        lock (_gate)
        {
            if (_isBroken) return;
            try
            {
                _file ??= new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
                _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(new Entry(key, result, Check(key, result)), JsonFormats.Line), (byte)'\n']);
            }
            catch (IOException)
            {
                // A full disk is reported when the chunk is written; what is kept until then is a convenience.
                _isBroken = true;
            }
        }
    }

    private static Entry? Parse(string line)
    {
        try
        {
            JsonContent.RequireValues("", null, Encoding.UTF8.GetBytes(line));
            return JsonSerializer.Deserialize<Entry>(line, JsonFormats.Line) is { } entry && entry.Check == Check(entry.Request, entry.Result) ? entry : null;
        }
        catch (Exception error) when (error is JsonException or InputException)
        {
            return null;
        }
    }

    private static string KeyOf(GenerationRequest request) => Hash(JsonSerializer.SerializeToUtf8Bytes(request, JsonFormats.Line));

    private static string Check(string key, GenerationResult result) =>
        Hash([.. Encoding.UTF8.GetBytes(key), .. JsonSerializer.SerializeToUtf8Bytes(result, JsonFormats.Line)]);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <param name="Request">Hash of the request.</param>
    /// <param name="Result">Its answer.</param>
    /// <param name="Check">Hash of both.</param>
    private sealed record Entry(string Request, GenerationResult Result, string Check);
}
