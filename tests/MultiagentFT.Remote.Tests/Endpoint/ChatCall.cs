using System.Text.Json;

namespace MultiagentFT.Remote.Tests.Endpoint;

/// <summary>A request for a chat completion as it came in.</summary>
/// <param name="Number">From 1, in the order in which they came.</param>
/// <param name="Authorization">The header; empty when there was none.</param>
/// <param name="Body">The JSON.</param>
internal sealed record ChatCall(int Number, string Authorization, JsonElement Body)
{
    public string Model => Body.GetProperty("model").GetString()!;

    public long Seed => Body.GetProperty("seed").GetInt64();

    public int Most => Body.TryGetProperty("max_tokens", out var most) ? most.GetInt32() : Body.GetProperty("max_completion_tokens").GetInt32();

    public bool Streams => Body.TryGetProperty("stream", out var stream) && stream.GetBoolean();

    public string Last => Content(Body.GetProperty("messages")[Body.GetProperty("messages").GetArrayLength() - 1]);

    public string First => Content(Body.GetProperty("messages")[0]);

    /// <summary>Equal for requests that ask for the same answer.</summary>
    public string Key => $"{Model} {Seed} {Body.GetProperty("messages").GetRawText()}";

    /// <summary>A text, or a list of parts with texts.</summary>
    private static string Content(JsonElement message)
    {
        var content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }
}
