namespace MultiagentFT.Inference.Engines;

/// <summary>Take these requests, all at once.</summary>
internal sealed record AdmitCommand(GenerationJob[] Jobs) : LaneCommand;
