namespace MultiagentFT.Runs.Feedback;

/// <summary>Where an answer that a person judged comes from.</summary>
/// <param name="Speaker">Who gave it: an agent of a debate, or a served model.</param>
/// <param name="Stage">The debates of a run that hold it, such as <c>multiagent-ft-2-evaluation</c>; null for an answer given on the page.</param>
/// <param name="ProblemId">Of the debate; null with the stage.</param>
/// <param name="Round">From 1; null with the stage.</param>
/// <param name="Agent">From 0; null with the stage.</param>
/// <param name="IsVote">Whether it equals the debate's vote; null where there was none.</param>
public sealed record AnswerOrigin(string Speaker, string? Stage = null, string? ProblemId = null, int? Round = null, int? Agent = null, bool? IsVote = null);
