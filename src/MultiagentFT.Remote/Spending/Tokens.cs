namespace MultiagentFT.Remote.Spending;

/// <summary>Tokens by what they cost.</summary>
/// <param name="Input">Of prompts, those included that the endpoint had cached.</param>
/// <param name="Output">Generated.</param>
/// <param name="Trained">That finetuning jobs learned from, each epoch counted.</param>
public readonly record struct Tokens(long Input, long Output, long Trained = 0)
{
    public long Total => Input + Output + Trained;

    public static Tokens operator +(Tokens left, Tokens right) =>
        new(left.Input + right.Input, left.Output + right.Output, left.Trained + right.Trained);

    public static Tokens operator -(Tokens left, Tokens right) =>
        new(left.Input - right.Input, left.Output - right.Output, left.Trained - right.Trained);
}
