using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

internal static class Positive
{
    /// <summary>Whether an expression is positive wherever its letters are, to be seen without arithmetic.</summary>
    public static bool IsCertain(Expr expression) => expression switch
    {
        Number number => number.Value.Sign > 0,
        Symbol symbol => symbol.Name is not ("i" or "infty"),
        Product product => product.Factors.All(IsCertain),
        Power power => IsCertain(power.Base) && power.Exponent is Number,
        _ => false,
    };

    /// <summary>Whether an expression has no letters.</summary>
    public static bool IsConstant(Expr expression) => expression switch
    {
        Number => true,
        Symbol symbol => symbol.IsConstant,
        Sum sum => sum.Terms.All(IsConstant),
        Product product => product.Factors.All(IsConstant),
        Power power => IsConstant(power.Base) && IsConstant(power.Exponent),
        Call call => call.Arguments.All(IsConstant),
        _ => false,
    };
}
