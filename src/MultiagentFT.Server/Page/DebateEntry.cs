using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Server.Page;

/// <summary>What a list says of a debate, and where it lies in its file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Start">Offset of the line.</param>
/// <param name="Length">Bytes of the line, without its line feed.</param>
/// <param name="First">The vote of the first round.</param>
/// <param name="Last">The vote of the last one.</param>
/// <param name="Answers">Answers of the last round.</param>
internal sealed record DebateEntry(
    int Line, long Start, int Length, string ProblemId, string Question, string? Truth, RoundVote First, RoundVote Last, int Rounds, int Answers, bool IsContested)
{
    public static DebateEntry Of(int line, long start, int length, Transcript transcript) => new(
        line, start, length, transcript.ProblemId, transcript.Question, transcript.Truth, transcript.Votes[0], transcript.Result, transcript.Rounds, transcript.LastAnswers,
        transcript.IsContested);

    public bool HasMajority => Last.Answer is not null && Last.Votes * 2 > Answers;

    public bool Passes(DebateFilter filter) => filter switch
    {
        DebateFilter.WrongToRight => First.Correct == false && Last.Correct == true,
        DebateFilter.RightToWrong => First.Correct == true && Last.Correct == false,
        DebateFilter.NoMajority => !HasMajority,
        DebateFilter.Contested => IsContested,
        DebateFilter.Wrong => Last.Correct == false,
        _ => true,
    };

    /// <summary>Whether question, vote or right answer hold a text, in small or capital letters.</summary>
    public bool Holds(string text) =>
        Question.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Last.Answer?.Contains(text, StringComparison.OrdinalIgnoreCase) == true
        || Truth?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
