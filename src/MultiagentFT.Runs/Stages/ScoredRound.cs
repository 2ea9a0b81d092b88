using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Scoring;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Runs.Stages;

/// <summary>The responses of one round of a debate, which are scored under the policies of all that spoke in it and of the base model.</summary>
/// <param name="IsOfCritics">Whether critics spoke, in the last round; else generators, in the first.</param>
/// <param name="Requests">One for each response, all under the same policies.</param>
/// <param name="Authors">Of each response: the place of its agent in <paramref name="Agents"/>.</param>
/// <param name="Agents">Of each agent that spoke: the place of its policy in those of the requests.</param>
/// <param name="Base">The place of the base model there.</param>
/// <param name="Missing">Turns without a response.</param>
/// <param name="Agreeing">Texts of the responses whose answers equal the debate's vote.</param>
internal sealed record ScoredRound(
    bool IsOfCritics, IReadOnlyList<ScoringRequest> Requests, IReadOnlyList<int> Authors, IReadOnlyList<int> Agents, int Base, int Missing, IReadOnlyList<string> Agreeing)
{
    /// <summary>First answers of the first debates, and last answers of the first debates in which critics spoke.</summary>
    /// <param name="transcripts">Debates of one society.</param>
    /// <param name="debates">How many of each, at most.</param>
    /// <param name="adapters">Of the society.</param>
    /// <param name="beginning">What came before the first user message.</param>
    /// <param name="task">Compares answers.</param>
    public static IEnumerable<ScoredRound> Of(
        IReadOnlyList<Transcript> transcripts, int debates, IReadOnlyCollection<AdapterVersion> adapters, IReadOnlyList<ChatMessage> beginning, IDebateTask task) =>
        transcripts.Take(debates).Select(debate => Of(debate, 1, adapters, beginning, task))
            .Concat(transcripts.Where(debate => debate.Rounds > 1).Take(debates).Select(debate => Of(debate, debate.Rounds, adapters, beginning, task)));

    private static ScoredRound Of(
        Transcript debate, int round, IReadOnlyCollection<AdapterVersion> adapters, IReadOnlyList<ChatMessage> beginning, IDebateTask task)
    {
        var turns = debate.Turns.Where(turn => turn.Round == round).OrderBy(turn => turn.Agent).ToList();
        var speakers = turns.ConvertAll(turn => adapters.FirstOrDefault(adapter => adapter.ToString() == turn.Adapter));
        List<AdapterVersion?> policies = [.. speakers.Append(null).Distinct()];
        int[] sound = [.. Enumerable.Range(0, turns.Count).Where(agent => turns[agent] is { Failure: null, Text.Length: > 0 })];
        return new ScoredRound(
            round > 1,
            [.. sound.Select(agent => new ScoringRequest { Messages = Conversation(turns[agent]), Answer = turns[agent].Text, Policies = policies })],
            sound,
            [.. speakers.Select(speaker => policies.IndexOf(speaker))],
            policies.IndexOf(null),
            turns.Count - sound.Length,
            [.. sound.Select(agent => turns[agent]).Where(turn => turn.Answer is { } answer && debate.Vote is { } vote && task.Same(answer, vote)).Select(turn => turn.Text)]);

        List<ChatMessage> Conversation(Turn turn) =>
        [
            .. beginning,
            .. Debate.Protocol.Conversation.Of(debate.Turns.Where(before => before.Agent == turn.Agent && before.Round < round).OrderBy(before => before.Round)),
            ChatMessage.User(turn.Prompt),
        ];
    }
}
