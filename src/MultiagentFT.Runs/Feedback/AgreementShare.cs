using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Feedback;

/// <summary>How often judgments agree.</summary>
/// <param name="Agreed">Comparisons that agree.</param>
/// <param name="Of">All comparisons.</param>
public sealed record AgreementShare(int Agreed, int Of)
{
    /// <summary>In [0, 1]; null where there is nothing to compare.</summary>
    public double? Share => Of == 0 ? null : Agreed / (double)Of;

    /// <summary>95 % confidence interval of the share; null with it. Comparisons of the same answers are not independent, so it is too narrow where there are many.</summary>
    public Interval? Interval => Share is { } share ? MultiagentFT.Debate.Protocol.Interval.Wilson(share, Of) : null;

    internal static AgreementShare Count(IReadOnlyCollection<bool> comparisons) => new(comparisons.Count(agrees => agrees), comparisons.Count);
}
