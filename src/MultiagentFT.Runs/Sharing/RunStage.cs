using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Sharing;

/// <summary>A stage of a run.</summary>
/// <param name="Id">Which.</param>
/// <param name="Needs">The earlier stages from whose outputs its own is made.</param>
internal sealed record RunStage(StageId Id, IReadOnlyList<StageId> Needs);
