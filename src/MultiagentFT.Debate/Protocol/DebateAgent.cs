using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;

namespace MultiagentFT.Debate.Protocol;

/// <summary>Someone who speaks in a debate.</summary>
/// <param name="Name">Such as <c>generator-1</c> or <c>single-agent</c>.</param>
/// <param name="Adapter">The agent's weights; null is the base model.</param>
public sealed record DebateAgent(string Name, AdapterVersion? Adapter)
{
    /// <summary>The id by which its prompts tell it apart (<see cref="PromptSet.Identify"/>); null, and not in files, where they do not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Id { get; init; }
}
