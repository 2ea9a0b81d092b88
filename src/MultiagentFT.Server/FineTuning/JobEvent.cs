namespace MultiagentFT.Server.FineTuning;

/// <summary>Something that happened to a job: a line of <c>events.jsonl</c>.</summary>
/// <param name="Id">Such as <c>ftevent-...</c>.</param>
/// <param name="CreatedAt">Unix time, seconds.</param>
/// <param name="Level"><c>info</c> or <c>error</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Metrics">Step, steps, loss and learning rate of a training that goes on; null otherwise.</param>
internal sealed record JobEvent(string Id, long CreatedAt, string Level, string Message, JobMetrics? Metrics = null);
