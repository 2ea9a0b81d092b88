using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Tests.Fakes;

/// <summary>Hand-made debates: <c>answers[agent][round]</c>; null is an answer that could not be read.</summary>
internal static class Transcripts
{
    public static Transcript Of(string id, string? vote, params string?[][] answers) => new(
        id,
        $"What is {id}?",
        "truth",
        [.. answers.SelectMany((rounds, agent) => rounds.Select((answer, round) => Turn(id, agent, round + 1, answer)))],
        vote,
        false);

    public static Transcript With(this Transcript transcript, int round, int agent, Func<Turn, Turn> change) => transcript with
    {
        Turns = [.. transcript.Turns.Select(turn => turn.Round == round && turn.Agent == agent ? change(turn) : turn)],
    };

    public static string Text(string id, int agent, int round, string? answer) => $"{id} agent {agent} round {round}: \\boxed{{{answer}}}";

    private static Turn Turn(string id, int agent, int round, string? answer) => new(
        round, agent, null, 7, $"{id} prompt {round}", Text(id, agent, round, answer), answer, 5, 9, FinishReason.EndOfTurn);
}
