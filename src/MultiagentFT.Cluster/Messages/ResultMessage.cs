using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Cluster.Messages;

/// <summary>What became of a piece of work.</summary>
/// <param name="Format">Version, <see cref="Connection.ClusterConnection.Format"/>.</param>
/// <param name="Work">Its id.</param>
/// <param name="Origin">Who did it.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Transcripts">Of a chunk.</param>
/// <param name="Adapter">Of a training.</param>
/// <param name="Failure">Why there is none of them, when nobody is to try again.</param>
/// <param name="Scored">Of a scoring.</param>
internal sealed record ResultMessage(
    int Format, string Work, Origin Origin, double Seconds, IReadOnlyList<Transcript>? Transcripts, TrainedAdapter? Adapter, string? Failure, ScoredWork? Scored = null)
    : IClusterMessage
{
    public IEnumerable<string> Validate()
    {
        if (new object?[] { Transcripts, Adapter, Failure, Scored }.Count(part => part is not null) != 1)
            yield return "result: expected transcripts, an adapter, scores or a failure, found none or several";
        if (!(Seconds >= 0)) yield return $"seconds: expected 0 or more, found {Seconds}";
        foreach (var error in (Adapter?.Validate() ?? []).Concat(Scored?.Validate() ?? [])) yield return error;
    }

    /// <summary>Whether it is an answer to what was asked: the problems in their order, and a vote on each.</summary>
    public string? Mismatch(WorkContent asked)
    {
        if (Failure is not null) return null;
        if (asked.Training is not null) return Adapter is null ? "expected an adapter, found something else" : null;
        if (asked.Scoring is { } scoring) return Scored is null ? "expected scores, found something else" : Scored.Mismatch(scoring);
        if (Transcripts is null) return "expected transcripts, found something else";
        var debate = asked.Debate!;
        if (Transcripts.Count != debate.Problems.Count) return $"expected {debate.Problems.Count} transcripts, found {Transcripts.Count}";
        var (speakers, rounds) = (debate.Protocol.AnswersARound(), debate.Protocol.MostRounds());
        foreach (var (transcript, problem) in Transcripts.Zip(debate.Problems))
        {
            if (transcript.Format != Foundation.FileFormat.Current) return $"expected transcripts of format {Foundation.FileFormat.Current}, found {transcript.Format}";
            if (transcript.ProblemId != problem.Id || transcript.Question != problem.Question || transcript.Truth != problem.Answer)
                return $"expected the debate on problem {problem.Id}, found {transcript.ProblemId}";
            if (transcript.Votes.Count == 0 || transcript.Votes.Count > rounds || transcript.Votes.Select(vote => vote.Round).Where((round, at) => round != at + 1).Any())
                return $"problem {problem.Id}: expected votes of rounds 1 to at most {rounds}, found others";
            if (transcript.Turns.Count != speakers * transcript.Votes.Count)
                return $"problem {problem.Id}: expected {speakers * transcript.Votes.Count} turns, found {transcript.Turns.Count}";
            if (transcript.Turns.Any(turn => turn.Agent < 0 || turn.Agent >= speakers || turn.Round < 1 || turn.Round > rounds))
                return $"problem {problem.Id}: expected turns of {speakers} agents in {rounds} rounds, found others";
        }
        return null;
    }
}
