using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Identity;
using MultiagentFT.Debate.Tasks.Grading.Units;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>
/// Values are compared in the units that both sides name; a side without a unit matches any. 50% is 50 and 0.5.
/// </summary>
internal static class QuantityComparison
{
    private static readonly Expr Hundredth = new Number(Rational.Of(1, 100)!.Value);

    public static bool Same(Quantity left, Quantity right)
    {
        if (left.Unit is { } l && right.Unit is { } r)
            return l.Dimension == r.Dimension && ExpressionIdentity.Same(InBaseUnits(left.Value, l), InBaseUnits(right.Value, r));
        if (left.Unit is { } named && WithLetterUnit(right) is { Unit: not null } withUnit)
            return withUnit.Unit.Dimension == named.Dimension && Same(left, withUnit);
        if (right.Unit is not null && left.Unit is null && WithLetterUnit(left) is { Unit: not null }) return Same(right, left);
        if (ExpressionIdentity.Same(left.Value, right.Value)) return true;
        if (left.Unit is { IsPercent: true }) return ExpressionIdentity.Same(Simplify.Product(Hundredth, left.Value), right.Value);
        return right.Unit is { IsPercent: true } && ExpressionIdentity.Same(left.Value, Simplify.Product(Hundredth, right.Value));
    }

    /// <summary>Beside an answer with a unit, the g of 5000 g is one too and no factor.</summary>
    private static Quantity? WithLetterUnit(Quantity quantity) => quantity.Value is Product { Factors: [Number number, Symbol symbol] }
        ? quantity with { Value = number, Unit = UnitNames.OfLetter(symbol.Name) }
        : null;

    private static Expr InBaseUnits(Expr value, Unit unit) => Simplify.Product(new Number(unit.Size), value);
}
