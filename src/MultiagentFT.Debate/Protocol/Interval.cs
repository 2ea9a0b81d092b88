namespace MultiagentFT.Debate.Protocol;

/// <summary>A 95 % confidence interval of a share.</summary>
/// <param name="Low">0 or more.</param>
/// <param name="High">1 or less.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The 97.5th percentile of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>Wilson's score interval (1927), which is right at the ends too: 0 of 20 is 0 to 16 %.</summary>
    /// <param name="mean">p, in [0, 1].</param>
    /// <param name="count">n; without any nothing is known.</param>
    public static Interval Wilson(double mean, int count)
    {
        if (count == 0) return new Interval(0, 1);
        var square = Z * Z / count;
        var middle = (mean + (square / 2)) / (1 + square);
        var half = Z * Math.Sqrt((mean * (1 - mean) / count) + (square / (4 * count))) / (1 + square);
        return new Interval(Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
