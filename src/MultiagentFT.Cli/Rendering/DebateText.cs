using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Rendering;

/// <summary>The words in which a debate is shown.</summary>
internal static class DebateText
{
    /// <summary>Such as <c>critic-2 (critic-2@1)</c> or <c>summary for critic-2 (base model)</c>.</summary>
    public static string Title(SpeakingTurn turn) =>
        $"{(turn.IsSummary ? "summary for " : "")}{turn.Speaker} ({turn.Adapter?.ToString() ?? "base model"})";

    /// <summary>Why a turn is not whole; null when it is.</summary>
    public static string? Shortfall(GenerationResult result) => result switch
    {
        { Failure: { } failure } => "failed: " + failure.Message,
        { Finish: not FinishReason.EndOfTurn } => $"(cut after {result.GeneratedTokens} tokens)",
        _ => null,
    };

    public static string Vote(RoundVote vote) =>
        $"vote of round {vote.Round}: {(vote.Answer is null ? "no agent committed to an answer" : $"{Clean(vote.Answer)} ({vote.Votes} of {vote.Voters})")}";

    /// <summary>The last vote, and whether it is right where that is known.</summary>
    public static string Outcome(DebateOutcome outcome)
    {
        var vote = outcome.Vote is null ? "no agent committed to an answer" : $"{Clean(outcome.Vote)} ({outcome.Votes} of {outcome.Voters})";
        return outcome.Correct switch
        {
            null => vote,
            true => vote + ": right",
            false => $"{vote}: wrong, it is {outcome.Truth}",
        };
    }

    /// <summary>Without control characters, which would reach the terminal: a model may write anything.</summary>
    public static string Clean(string text) =>
        text.Any(IsUnsafe) ? string.Concat(text.Select(character => IsUnsafe(character) ? '\uFFFD' : character)) : text;

    private static bool IsUnsafe(char character) => char.IsControl(character) && character is not ('\n' or '\t');
}
