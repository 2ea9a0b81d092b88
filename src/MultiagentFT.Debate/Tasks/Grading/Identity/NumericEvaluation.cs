using System.Numerics;
using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>
/// The value of expressions in floating point with bounds of the error. Roots and logarithms of negative numbers that depend on letters
/// are undefined, as over the reals; roots of negative constants are complex, and their odd roots real.
/// </summary>
internal sealed class NumericEvaluation(Func<string, double> letters)
{
    /// <summary>Summands smaller than this part of the largest count as lost.</summary>
    private const double LostShare = 1e-9;

    /// <summary>Null where the expression has no finite value.</summary>
    public Approximation? Of(Expr expression)
    {
        var value = expression switch
        {
            Number number => Constant(number.Value.ToDouble()),
            Symbol symbol => Of(symbol),
            Sum sum => Of(sum),
            Product product => Of(product),
            Power power => Of(power.Base) is { } radix ? NumericPower.Of(radix, power.Exponent, Of) : null,
            Call call => Of(call),
            _ => null,
        };
        return value is { IsFinite: true } ? value : null;
    }

    private static Approximation Constant(double value) => new(value, Approximation.Epsilon * Math.Abs(value), false, false);

    private Approximation? Of(Symbol symbol) => symbol.Name switch
    {
        "pi" => Constant(Math.PI),
        "e" => Constant(Math.E),
        "i" => new Approximation(Complex.ImaginaryOne, 0, false, false),
        "infty" => null,
        _ => new Approximation(letters(symbol.Name), 0, false, true),
    };

    private Approximation? Of(Sum sum)
    {
        var (total, error, largest, isLost, hasLetters) = (Complex.Zero, 0.0, 0.0, false, false);
        var terms = new List<Approximation>(sum.Terms.Count);
        foreach (var term in sum.Terms)
        {
            if (Of(term) is not { } value) return null;
            terms.Add(value);
            total += value.Value;
            largest = Math.Max(largest, value.Magnitude);
            error += value.Error + (Approximation.Epsilon * Math.Max(value.Magnitude, Complex.Abs(total)));
            isLost |= value.IsLost;
            hasLetters |= value.HasLetters;
        }
        isLost |= terms.Any(term => term.Magnitude > 4 * term.Error && term.Magnitude < LostShare * largest);
        return new Approximation(total, error, isLost, hasLetters);
    }

    private Approximation? Of(Product product)
    {
        Approximation? total = Constant(1);
        foreach (var factor in product.Factors) total = total is { } value && Of(factor) is { } next ? value.Times(next) : null;
        return total;
    }

    private Approximation? Of(Call call)
    {
        if (Of(call.Arguments[0]) is not { } first) return null;
        if (call.Arguments.Count == 1) return NumericFunctions.Of(call.Name, first);
        if (call.Name != "log" || Of(call.Arguments[1]) is not { } second) return null;
        return NumericFunctions.Of("ln", second) is { } above && NumericFunctions.Of("ln", first) is { } below && below.Value != 0
            ? NumericPower.Of(below, Simplify.MinusOne, Of) is { } inverse ? above.Times(inverse) : null
            : null;
    }
}
