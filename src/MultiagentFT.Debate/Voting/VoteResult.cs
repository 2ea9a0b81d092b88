namespace MultiagentFT.Debate.Voting;

/// <summary>The outcome of a vote.</summary>
/// <param name="Answer">The text of the winning group's first member; null when nobody voted.</param>
/// <param name="Votes">Answers that equal it.</param>
/// <param name="Voters">Answers that took part; null answers do not.</param>
public sealed record VoteResult(string? Answer, int Votes, int Voters)
{
    /// <summary>Share of the voters that agree with the winner, in [0, 1]; 0 without voters.</summary>
    public double Consensus => Voters == 0 ? 0 : (double)Votes / Voters;
}
