namespace MultiagentFT.Training.Data;

/// <summary>A conversation as tokens.</summary>
/// <param name="Tokens">The rendered conversation, up to and including the end of its last turn.</param>
/// <param name="Counts">For each token, whether it is learned (its prediction counts in the loss). The first never is.</param>
public sealed record TokenizedExample(int[] Tokens, bool[] Counts) : EncodedExample
{
    public override int Length => Tokens.Length;

    public override int TargetTokens { get; } = Counts.Count(counts => counts);
}
