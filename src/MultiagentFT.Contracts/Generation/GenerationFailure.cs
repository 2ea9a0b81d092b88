using System.Text.Json.Serialization;

namespace MultiagentFT.Contracts.Generation;

/// <summary>Why a request has no answer.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Message">For people: what was expected and found.</param>
public sealed record GenerationFailure(FailureKind Kind, string Message)
{
    /// <summary>Whether the same request may succeed when it is sent again.</summary>
    [JsonIgnore]
    public bool IsTransient => Kind is FailureKind.DecodingFailed or FailureKind.Unreachable or FailureKind.Stopped;
}
