using System.Text.Json.Serialization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Runs.Configuration;

/// <summary>All that decides one debate but its question and who speaks.</summary>
public record DebateConfig
{
    /// <summary>The GGUF file of the base model, or <c>openai:NAME</c> of a remote one.</summary>
    [JsonPropertyOrder(-2)]
    public string Model { get; init; } = "";

    /// <summary>Every seed derives from this one. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Which rules decide whether two answers are equal. Default default.</summary>
    public GradingMode Grading { get; init; }

    public DebateOptions Debate { get; init; } = new() { Stop = DebateStop.Agreed };

    public PromptSet Prompts { get; init; } = new();

    /// <summary>How a model in this process is served.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>How remote models are asked.</summary>
    public RemoteOptions Remote { get; init; } = new();

    /// <summary>All that is out of range, one sentence each, beginning with the key.</summary>
    public virtual IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(Model)) yield return "model: expected the path of a GGUF file or openai:NAME, found none";
        foreach (var error in RemoteLimits.Validate(this)) yield return error;
        if (!Enum.IsDefined(Grading)) yield return $"grading: expected default or strict, found {(int)Grading}";
        foreach (var error in Debate.Validate().Concat(Prompts.Validate()).Concat(Prefixed("engine", Engine.Validate()))) yield return error;
    }

    private protected static IEnumerable<string> Prefixed(string key, IEnumerable<string> errors) =>
        errors.Select(error => error.StartsWith(key + ".", StringComparison.Ordinal) ? error : $"{key}.{error}");
}
