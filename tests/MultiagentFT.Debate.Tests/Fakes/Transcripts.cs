using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Fakes;

/// <summary>Hand-made debates: <c>answers[agent][round]</c>; null is an answer that could not be read.</summary>
internal static class Transcripts
{
    public static Transcript Of(string id, string? vote, params string?[][] answers) => new(
        FileFormat.Current,
        id,
        $"What is {id}?",
        "truth",
        [.. answers.SelectMany((rounds, agent) => rounds.Select((answer, round) => Turn(id, agent, round + 1, answer)))],
        [.. Enumerable.Range(1, answers.Max(rounds => rounds.Length)).Select(round => Vote(round, vote, [.. answers.Select(rounds => rounds[Math.Min(round, rounds.Length) - 1])]))]);

    public static Transcript With(this Transcript transcript, int round, int agent, Func<Turn, Turn> change) => transcript with
    {
        Turns = [.. transcript.Turns.Select(turn => turn.Round == round && turn.Agent == agent ? change(turn) : turn)],
    };

    public static string Text(string id, int agent, int round, string? answer) => $"{id} agent {agent} round {round}: \\boxed{{{answer}}}";

    /// <summary>Every round votes for the result of the debate.</summary>
    private static RoundVote Vote(int round, string? vote, string?[] answers) => new(
        round, vote, answers.Count(answer => answer is not null && vote is not null && new ArithmeticTask().Same(answer, vote)), answers.Count(answer => answer is not null), false);

    private static Turn Turn(string id, int agent, int round, string? answer) => new(
        round, agent, $"agent-{agent}", null, 7, $"{id} prompt {round}", Text(id, agent, round, answer), answer, 5, 9, FinishReason.EndOfTurn);
}
