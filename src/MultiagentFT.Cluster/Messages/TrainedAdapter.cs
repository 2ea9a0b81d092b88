using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Messages;

/// <summary>A new adapter.</summary>
/// <param name="File">A LoRA GGUF.</param>
/// <param name="Report">What the training did.</param>
internal sealed record TrainedAdapter(StoredContent File, TrainingReport Report);
