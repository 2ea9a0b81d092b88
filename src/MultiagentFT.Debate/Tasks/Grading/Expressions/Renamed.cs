namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>An expression with other letters in place of its own.</summary>
internal static class Renamed
{
    public static Expr Of(Expr expression) => expression switch
    {
        Symbol { IsConstant: false } symbol => new Symbol(symbol.Name + " renamed"),
        Sum sum => new Sum([.. sum.Terms.Select(Of)]),
        Product product => new Product([.. product.Factors.Select(Of)]),
        Power power => new Power(Of(power.Base), Of(power.Exponent)),
        Call call => new Call(call.Name, [.. call.Arguments.Select(Of)]),
        _ => expression,
    };
}
