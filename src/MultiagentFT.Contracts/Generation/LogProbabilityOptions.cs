using System.Text.Json.Serialization;

namespace MultiagentFT.Contracts.Generation;

/// <summary>Which log-probabilities are reported with an answer.</summary>
public sealed record LogProbabilityOptions
{
    /// <summary>The most a request may ask for in <see cref="Top"/>.</summary>
    public const int MostTop = 20;

    /// <summary>Most likely tokens that are reported beside each one drawn. Range [0, <see cref="MostTop"/>]. Default 0.</summary>
    public int Top { get; init; }

    /// <summary>
    /// Called with each token of the answer, before the text that it begins is passed on, on the engine's thread: be quick. Default
    /// null: they are in the result alone.
    /// </summary>
    [JsonIgnore]
    public Action<DrawnToken>? OnDrawn { get; init; }
}
