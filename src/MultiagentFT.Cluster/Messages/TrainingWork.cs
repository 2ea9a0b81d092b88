using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Messages;

/// <summary>An adapter to train.</summary>
/// <param name="Options">How; the number of threads is part of it, as sums may depend on it.</param>
/// <param name="Seed">Of the training.</param>
/// <param name="Dataset">Chat JSONL.</param>
/// <param name="StartAdapter">A LoRA GGUF to start from; null starts at zero.</param>
internal sealed record TrainingWork(TrainingOptions Options, ulong Seed, StoredContent Dataset, StoredContent? StartAdapter)
{
    public IEnumerable<string> Validate() =>
        Options.Validate().Select(error => "training.options: " + error)
            .Concat(Dataset.Validate("training.dataset")).Concat(StartAdapter?.Validate("training.startAdapter") ?? []);
}
