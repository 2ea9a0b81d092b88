using System.Text.RegularExpressions;
using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Identity;
using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Strict;

/// <summary>
/// The rules of PRM800K's grader (openai/prm800k, grading/grader.py): equal as MATH's own normalization writes them, or part by part
/// as its second normalization does, where whole numbers and fractions have to be written alike and other parts to be equal expressions.
/// Here sympy's part is played by <see cref="ExpressionIdentity"/>, and both sides are treated alike.
/// </summary>
internal static partial class StrictGrader
{
    private const string Brackets = "()[]";

    /// <summary>Parts with more letters than this are not taken for expressions.</summary>
    private const int MostLetters = 2;

    public static bool Same(string left, string right)
    {
        if (MathNormalization.Of(left) == MathNormalization.Of(right)) return true;
        var (first, second) = (StrictNormalization.Of(left), StrictNormalization.Of(right));
        if (first.Length == 0 || second.Length == 0) return false;
        if (first == second) return true;
        var (l, r) = (Parts(first), Parts(second));
        if (l.Count != r.Count || (l.Count > 1 && (first[0] != second[0] || first[^1] != second[^1]))) return false;
        return l.Zip(r).All(pair => SamePart(pair.First, pair.Second));
    }

    private static List<string> Parts(string text)
    {
        text = StrictNumbers.WithoutCommas(text);
        var isTuple = text.Length > 2 && Brackets.Contains(text[0]) && Brackets.Contains(text[^1])
            && text.AsSpan(1, text.Length - 2).IndexOfAny(Brackets) < 0;
        return isTuple ? [.. text[1..^1].Split(',').Select(part => part.Trim())] : [text];
    }

    private static bool SamePart(string left, string right)
    {
        if (Fraction().IsMatch(left) && Fraction().IsMatch(right)) return left == right;
        if (StrictNumbers.IsWhole(left) != StrictNumbers.IsWhole(right)) return false;
        if (!IsExpression($"({right})-({left})")) return false;
        return Read(left) is { } l && Read(right) is { } r && ExpressionIdentity.Same(l, r);
    }

    private static bool IsExpression(string text)
    {
        var letters = text.Replace("sqrt", "", StringComparison.Ordinal).Replace("frac", "", StringComparison.Ordinal);
        return letters.Where(char.IsLetter).Distinct().Count() <= MostLetters && !Unread().IsMatch(text);
    }

    private static Expr? Read(string text)
    {
        // Python reads 2. as a number.
        var tokens = TokenList.Read(PointOfPower().Replace(Point().Replace(text, "$1"), "$1"));
        return tokens.Count > 0 && ExpressionParser.Whole(tokens, 0, tokens.Count) is { } value ? PlainLetters.Of(value) : null;
    }

    [GeneratedRegex(@"^-?[0-9]+.?/0*[1-9][0-9]*.?$")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"(?<![0-9.^])([0-9]+)\.(?![0-9])")]
    private static partial Regex Point();

    /// <summary>2. is a number in 15^2. too; x^2. is another power than x^2 there.</summary>
    [GeneratedRegex(@"(?<![a-z0-9.)])([0-9]+\^[0-9])\.(?![0-9])")]
    private static partial Regex PointOfPower();

    /// <summary>Powers of more than one digit or of groups, which that grader leaves alone, and signs that it does not know.</summary>
    [GeneratedRegex(@"\^\{|\^\(|\^[0-9]+\^|\^[0-9][0-9]|[0-9]x10\^|[€£¥₹]")]
    private static partial Regex Unread();
}
