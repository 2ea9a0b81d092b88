using MultiagentFT.Debate.Tasks.Grading.Answers;
using MultiagentFT.Debate.Tasks.Grading.Strict;

namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>
/// Graded equality of answers. Never throws; the time is linear in the length but for the arithmetic of numbers of bounded size.
/// </summary>
public static class AnswerGrader
{
    /// <summary>Longer answers are equal only when they are identical.</summary>
    public const int MostCharacters = 8192;

    /// <summary>Whether two extracted answers mean the same by mathematics.</summary>
    public static bool Same(string left, string right) => Same(left, right, GradingMode.Default);

    /// <summary>Whether two extracted answers are equal by the rules of a mode.</summary>
    /// <param name="left">An answer.</param>
    /// <param name="right">The other one; in strict mode the right answer. Sides make no difference in the default mode.</param>
    /// <param name="mode">The rules.</param>
    public static bool Same(string left, string right, GradingMode mode)
    {
        var first = left.AsSpan().Trim();
        var second = right.AsSpan().Trim();
        if (first.SequenceEqual(second)) return true;
        if (left.Length > MostCharacters || right.Length > MostCharacters) return false;
        if (PlainNumber.Same(first, second) is { } isSame) return isSame;
        if (mode == GradingMode.Strict) return StrictGrader.Same(left, right);
        return AnswerReader.Read(left) is { } l && AnswerReader.Read(right) is { } r && AnswerComparison.Same(l, r);
    }
}
