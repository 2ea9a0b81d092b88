using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Units;

/// <summary>
/// What an answer counts: a quantity with its size in base units, or plain words with size 1. Units that convert into each other
/// have the same dimension.
/// </summary>
internal sealed record Unit(string Dimension, Rational Size)
{
    public const string PercentDimension = "%";

    public static readonly Unit Percent = new(PercentDimension, 1);

    /// <summary>a.m. and p.m.</summary>
    public bool IsHalfOfDay => Dimension is "am" or "pm";

    public bool IsPercent => Dimension == PercentDimension;
}
