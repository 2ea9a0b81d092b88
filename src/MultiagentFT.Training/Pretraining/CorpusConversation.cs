using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;

namespace MultiagentFT.Training.Pretraining;

/// <summary>A generated conversation and which of its turns are worth learning.</summary>
public sealed record CorpusConversation(ChatExample Example, LossTarget Loss);
