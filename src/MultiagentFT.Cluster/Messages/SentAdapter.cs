using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Cluster.Messages;

/// <summary>An agent's weights.</summary>
/// <param name="Name">The agent.</param>
/// <param name="Iteration">Which of its trainings.</param>
/// <param name="File">A LoRA GGUF.</param>
internal sealed record SentAdapter(string Name, int Iteration, StoredContent File)
{
    public AdapterVersion Version() => new(Name, Iteration);
}
