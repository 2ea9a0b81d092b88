using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Objectives;

/// <summary>An example of two sequences, which weighs as much as any other, however long.</summary>
/// <param name="First">The chosen answer, or the labelled one.</param>
/// <param name="Second">The rejected answer, or what the first is compared with.</param>
public record SequencePair(TokenizedExample First, TokenizedExample Second) : EncodedExample
{
    public override int Length => Math.Max(First.Length, Second.Length);

    public override int Sequences => 2;

    public override int TotalTokens => First.Length + Second.Length;

    public override int TargetTokens => First.TargetTokens + Second.TargetTokens;

    public override int Weight => 1;
}
