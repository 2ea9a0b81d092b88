namespace MultiagentFT.Debate.Tasks.Words;

/// <summary>What a sentence of a word problem does to the number that is asked for.</summary>
public enum WordOperation
{
    Add,
    Subtract,
    Multiply,

    /// <summary>Always without a remainder.</summary>
    Divide,
}
