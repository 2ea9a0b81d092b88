namespace MultiagentFT.Runs.Stages;

/// <summary>How far <see cref="ChunkedAnswers"/> are.</summary>
/// <param name="Done">Answers and summaries, those of an earlier process included.</param>
/// <param name="Total">All of them.</param>
/// <param name="Tokens">Tokens that this process generated.</param>
public readonly record struct AnswerProgress(long Done, long Total, long Tokens);
