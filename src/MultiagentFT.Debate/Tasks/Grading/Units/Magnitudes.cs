using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Units;

/// <summary>Words that multiply the number before them: 5 million, 2 dozen.</summary>
internal static class Magnitudes
{
    public static Rational? Of(string word) => word.ToLowerInvariant() switch
    {
        "dozen" => 12,
        "hundred" => 100,
        "thousand" => 1_000,
        "million" => 1_000_000,
        "billion" => 1_000_000_000,
        "trillion" => 1_000_000_000_000,
        _ => null,
    };
}
