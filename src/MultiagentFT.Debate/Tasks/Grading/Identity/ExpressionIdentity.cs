using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>
/// Whether two expressions are equal wherever both have a value. Numbers are compared exactly; with letters, roots, pi and e
/// arithmetic in a finite field decides (Schwartz, Zippel), and functions such as sines are compared in floating point at several
/// scales. In doubt they are unequal.
/// </summary>
internal static class ExpressionIdentity
{
    private static readonly Seed[] Points = [new Seed(0).Of("field-point"), new Seed(1).Of("field-point")];

    public static bool Same(Expr left, Expr right)
    {
        if (left is Number first && right is Number second) return first.Value == second.Value;
        var (isEqual, isExact, needsSupport) = (true, true, false);
        foreach (var point in Points)
        {
            var field = new ModularEvaluation(point);
            if (field.Of(left) is not { } l || field.Of(right) is not { } r) return false;
            isEqual &= l.SameValue(r);
            isExact &= field.IsExact;
            needsSupport |= field.NeedsSupport;
            if (isExact && !isEqual) return false;
        }
        if (isExact && !needsSupport) return true;
        return NumericAgreement.Of(left, right) switch
        {
            Agreement.Refuted => false,
            Agreement.Supported => isEqual || !LongNumbers.AreIn(left) && !LongNumbers.AreIn(right),
            _ => isEqual,
        };
    }
}
