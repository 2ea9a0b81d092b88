using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Stages;

/// <summary>What the trainings of one method and iteration came to.</summary>
/// <param name="Weights">The new weights of all its agents.</param>
/// <param name="Tokens">Trained, all agents together.</param>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Loss">At which they ended, mean of the agents that were trained, nats a token; null where none was or one does not tell.</param>
internal sealed record FinetuningResult(AgentWeights Weights, long Tokens, double Seconds, double? Loss);
