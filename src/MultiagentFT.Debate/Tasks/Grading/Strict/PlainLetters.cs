using MultiagentFT.Debate.Tasks.Grading.Expressions;

namespace MultiagentFT.Debate.Tasks.Grading.Strict;

/// <summary>An expression in which e and i are letters as all others, as they are where names are in lower case.</summary>
internal static class PlainLetters
{
    public static Expr Of(Expr expression) => expression switch
    {
        Symbol { Name: "e" or "i" } symbol => new Symbol("letter " + symbol.Name),
        Sum sum => new Sum([.. sum.Terms.Select(Of)]),
        Product product => new Product([.. product.Factors.Select(Of)]),
        Power power => new Power(Of(power.Base), Of(power.Exponent)),
        Call call => new Call(call.Name, [.. call.Arguments.Select(Of)]),
        _ => expression,
    };
}
