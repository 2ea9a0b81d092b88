using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Events;

/// <summary>A row of the result table is known.</summary>
public sealed record MethodEvaluated(MethodResult Result) : RunEvent;
