using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Cluster.Messages;

/// <summary>A new adapter.</summary>
/// <param name="File">A LoRA GGUF.</param>
/// <param name="Report">What the training did.</param>
/// <param name="Curve">Its steps; null where the worker has heard of none.</param>
internal sealed record TrainedAdapter(StoredContent File, TrainingReport Report, IReadOnlyList<CurveStep>? Curve = null)
{
    public IEnumerable<string> Validate() => File.Validate("adapter.file").Concat(CurveStep.Validate(Curve ?? []));
}
