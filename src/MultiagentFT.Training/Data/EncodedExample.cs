namespace MultiagentFT.Training.Data;

/// <summary>An example as an objective has encoded it. Objectives that need more than one sequence of tokens derive their own.</summary>
public abstract record EncodedExample
{
    /// <summary>Tokens of its longest sequence.</summary>
    public abstract int Length { get; }

    /// <summary>Tokens that go through the model for it, without padding.</summary>
    public virtual int TotalTokens => Length;

    /// <summary>What it weighs in the loss of a step that has several batches: the tokens that count.</summary>
    public abstract int TargetTokens { get; }
}
