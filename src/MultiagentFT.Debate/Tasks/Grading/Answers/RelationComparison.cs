using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Identity;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>
/// Two equations are equal when their differences are proportional, d(x) e(y) = d(y) e(x) for independent x and y; two inequalities
/// when the ratio is positive too.
/// </summary>
internal static class RelationComparison
{
    public static bool Same(Relation left, Relation right)
    {
        if (left.Sign != right.Sign) return false;
        var (d, e) = (left.Difference, right.Difference);
        if (Positive.IsConstant(d) || Positive.IsConstant(e) || IsZero(d) || IsZero(e)) return false;
        var isProportional = ExpressionIdentity.Same(Simplify.Product(d, Renamed.Of(e)), Simplify.Product(Renamed.Of(d), e));
        return isProportional && (left.Sign is "=" or "ne" || NumericAgreement.SignOfRatio(d, e) > 0);
    }

    private static bool IsZero(Expr difference) => ExpressionIdentity.Same(difference, new Number(0));
}
