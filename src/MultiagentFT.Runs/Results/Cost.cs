namespace MultiagentFT.Runs.Results;

/// <summary>What a finetuned method has spent before it is evaluated.</summary>
/// <param name="GeneratedTokens">Tokens generated to make datasets.</param>
/// <param name="TrainedTokens">Tokens trained.</param>
/// <param name="Seconds">Wall-clock time of both.</param>
public readonly record struct Cost(long GeneratedTokens, long TrainedTokens, double Seconds)
{
    public static Cost operator +(Cost left, Cost right) => new(
        left.GeneratedTokens + right.GeneratedTokens, left.TrainedTokens + right.TrainedTokens, left.Seconds + right.Seconds);
}
