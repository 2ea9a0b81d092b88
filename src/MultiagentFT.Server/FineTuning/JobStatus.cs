namespace MultiagentFT.Server.FineTuning;

/// <summary>Where a finetuning job stands, in the words of OpenAI's API.</summary>
internal enum JobStatus
{
    ValidatingFiles,
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}
