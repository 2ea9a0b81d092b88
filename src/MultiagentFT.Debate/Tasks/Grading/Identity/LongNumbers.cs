using System.Numerics;
using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Identity;

/// <summary>
/// Numbers with so many digits that floating point cannot tell them from other constants: 3.14159265358979 is not pi.
/// </summary>
internal static class LongNumbers
{
    private static readonly BigInteger Most = 1_000_000_000_000;

    public static bool AreIn(Expr expression) => expression switch
    {
        Number number => BigInteger.Abs(number.Value.Numerator) > Most || number.Value.Denominator > Most,
        Sum sum => sum.Terms.Any(AreIn),
        Product product => product.Factors.Any(AreIn),
        Power power => AreIn(power.Base) || AreIn(power.Exponent),
        Call call => call.Arguments.Any(AreIn),
        _ => false,
    };
}
