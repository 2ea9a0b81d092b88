using System.Globalization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Remote.Generation;

namespace MultiagentFT.Remote.Finetuning;

/// <summary>What a finetuning job can be told.</summary>
/// <param name="Epochs">Passes over the dataset.</param>
/// <param name="Seed">31 bits.</param>
/// <param name="LearningRateMultiplier">Null: the endpoint chooses.</param>
internal sealed record JobSettings(int Epochs, int Seed, double? LearningRateMultiplier)
{
    public static JobSettings Of(TrainingJob job, RemoteOptions options) => new(job.Options.Epochs, ChatRequest.Seed(job.Seed), options.LearningRateMultiplier);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epochs} {Seed} {LearningRateMultiplier}");
}
