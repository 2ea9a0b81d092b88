namespace MultiagentFT.Server.FineTuning;

/// <summary>Why a job has failed.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
/// <param name="Param">The field of the job at fault; null when it is none.</param>
internal sealed record JobError(string Code, string Message, string? Param);
