using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Events;

/// <summary>A stage made progress.</summary>
/// <param name="Stage">Which.</param>
/// <param name="Done">Units done, an earlier process's included.</param>
/// <param name="Total">Units in all.</param>
/// <param name="Tokens">Tokens generated (or trained) by this process in this stage.</param>
/// <param name="Elapsed">Since this process began the stage; with <paramref name="Tokens"/> it gives the rate.</param>
public sealed record StageProgressed(StageId Stage, long Done, long Total, long Tokens, TimeSpan Elapsed) : RunEvent;
