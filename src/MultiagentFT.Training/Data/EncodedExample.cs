namespace MultiagentFT.Training.Data;

/// <summary>An example as an objective has encoded it. Objectives that need more than one sequence of tokens derive their own.</summary>
public abstract record EncodedExample
{
    /// <summary>Tokens of its longest sequence.</summary>
    public abstract int Length { get; }

    /// <summary>Tokens that go through the model for it, without padding.</summary>
    public virtual int TotalTokens => Length;

    /// <summary>Sequences that are padded to one length for it.</summary>
    public virtual int Sequences => 1;

    /// <summary>Its tokens that count in the loss.</summary>
    public abstract int TargetTokens { get; }

    /// <summary>What it weighs in the loss of a step that has several batches: the tokens that count, unless its objective says otherwise.</summary>
    public virtual int Weight => TargetTokens;
}
