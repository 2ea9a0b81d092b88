namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>An expression; its depth is bounded by the parser. Made by <see cref="Simplify"/>, which folds exact numbers.</summary>
internal abstract record Expr;

internal sealed record Number(Rational Value) : Expr;

/// <summary>A letter, name or constant: x, x_1, \theta, AB; pi, e, i and infty are constants.</summary>
internal sealed record Symbol(string Name) : Expr
{
    public bool IsConstant => Name is "pi" or "e" or "i" or "infty";
}

internal sealed record Sum(IReadOnlyList<Expr> Terms) : Expr;

internal sealed record Product(IReadOnlyList<Expr> Factors) : Expr;

/// <summary>Roots and quotients are powers too.</summary>
internal sealed record Power(Expr Base, Expr Exponent) : Expr;

/// <summary>A function by name: sin, log (base, argument), abs, floor, ceil, factorial, binom, f.</summary>
internal sealed record Call(string Name, IReadOnlyList<Expr> Arguments) : Expr;
