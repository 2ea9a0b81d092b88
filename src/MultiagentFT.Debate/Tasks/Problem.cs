using System.Text.Json.Serialization;

namespace MultiagentFT.Debate.Tasks;

/// <summary>One question of a task.</summary>
/// <param name="Id">Unique in its task, stable across runs; the same id is the same problem.</param>
/// <param name="Question">What the agents are asked.</param>
/// <param name="Answer">The right answer, for accuracy only, never seen by voting or datasets; null where it is not known.</param>
public sealed record Problem(string Id, string Question, string? Answer)
{
    /// <summary>How hard its file says that it is, such as <c>Level 5</c>, for results alone; null where the file does not say. No other process is told.</summary>
    [JsonIgnore]
    public string? Level { get; init; }
}
