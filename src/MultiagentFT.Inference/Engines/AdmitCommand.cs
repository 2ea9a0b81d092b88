namespace MultiagentFT.Inference.Engines;

/// <summary>Enqueue these requests together.</summary>
internal sealed record AdmitCommand(GenerationJob[] Jobs) : LaneCommand;
