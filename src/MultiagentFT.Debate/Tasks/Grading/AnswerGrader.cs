namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>
/// Graded equality of answers to word problems and to MATH. Answers are equal when they are written alike once units
/// and markup are gone, when they are the same number, or when they are the same expression; tuples and lists are
/// compared part by part. Never throws; the time is at most quadratic in the length.
/// </summary>
/// <remarks>
/// As MATH's graders do, it asks for a finished answer: one that is a whole number has to be written as one, so
/// 22+1 is not 23, and a fraction has to be in lowest terms.
/// </remarks>
public static class AnswerGrader
{
    /// <summary>Longer answers are equal only when they are identical.</summary>
    public const int MostCharacters = 2048;

    /// <summary>Whether two extracted answers mean the same.</summary>
    public static bool Same(string left, string right)
    {
        if (string.Equals(left.Trim(), right.Trim(), StringComparison.Ordinal)) return true;
        if (left.Length > MostCharacters || right.Length > MostCharacters) return false;

        var (first, second) = (AnswerText.Normalize(left), AnswerText.Normalize(right));
        if (first.Length == 0 || second.Length == 0) return false;
        if (first == second) return true;

        var (firstParts, secondParts) = (AnswerParts.Split(first), AnswerParts.Split(second));
        return firstParts.Brackets == secondParts.Brackets
            && firstParts.Parts.Count == secondParts.Parts.Count
            && firstParts.Parts.Zip(secondParts.Parts).All(pair => SamePart(pair.First, pair.Second));
    }

    private static bool SamePart(string left, string right)
    {
        if (left == right) return true;
        var (first, second) = (NumberLiteral.Parse(left), NumberLiteral.Parse(right));
        if (first is { IsWhole: true } || second is { IsWhole: true }) return first is not null && second is not null && first == second;
        if (first is { IsFraction: true } && second is { IsFraction: true }) return first == second;
        if (first is not null && second is not null) return first.SameValue(second);
        return ExpressionIdentity.Same(left, right);
    }
}
