using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Messages;

/// <summary>All that decides a piece of work's result.</summary>
/// <param name="Model">SHA-256 of the base model's file.</param>
/// <param name="Debate">A chunk to answer, or null.</param>
/// <param name="Training">An adapter to train, or null.</param>
/// <param name="Scoring">Answers to score or texts to embed, or null.</param>
internal sealed record WorkContent(string Model, DebateWork? Debate, TrainingWork? Training, ScoringWork? Scoring = null)
{
    /// <summary>Whoever answers has the engine that scores.</summary>
    [JsonIgnore]
    public WorkKind Kind => Training is null ? WorkKind.Debate : WorkKind.Training;

    /// <summary>The hash of the content: the same work has the same id, whoever asks for it.</summary>
    public string Id() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, JsonFormats.Line)));

    public IEnumerable<string> Validate()
    {
        if (!StoredContent.IsHash(Model)) yield return $"content.model: expected 64 hexadecimal digits, found {Model}";
        if (new object?[] { Debate, Training, Scoring }.Count(part => part is not null) != 1) yield return "content: expected a debate, a training or a scoring, found none or several";
        foreach (var error in (Debate?.Validate() ?? []).Concat(Training?.Validate() ?? []).Concat(Scoring?.Validate() ?? [])) yield return error;
    }
}
