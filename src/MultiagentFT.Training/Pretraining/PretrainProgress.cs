namespace MultiagentFT.Training.Pretraining;

/// <summary>Where a pretraining stands.</summary>
/// <param name="Tokens">Tokens so far, without padding.</param>
/// <param name="TotalTokens">Tokens in all.</param>
/// <param name="Step">Optimizer steps so far.</param>
/// <param name="Loss">Mean loss since the last report, nats a token.</param>
/// <param name="GreedyAccuracy">Held-out problems solved exactly by the most likely tokens; null between measurements.</param>
/// <param name="SampledAccuracy">Mean probability of the exact solution at temperature 1; null between measurements.</param>
public sealed record PretrainProgress(
    long Tokens, long TotalTokens, int Step, double Loss, double? GreedyAccuracy = null, double? SampledAccuracy = null);
