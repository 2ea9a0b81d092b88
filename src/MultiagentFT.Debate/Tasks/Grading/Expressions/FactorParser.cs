using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>Reads one factor: a number, name, group, fraction, root or function.</summary>
internal sealed class FactorParser(ExpressionParser parser)
{
    private static readonly HashSet<string> Others =
    [
        "frac", "sqrt", "surd", "binom", "infty", "overline", "vec", "hat", "tilde", "lfloor", "lceil", "ell", "hbar",
    ];

    public static bool Starts(string command) =>
        Others.Contains(command) || Commands.Functions.Contains(command) || Commands.Greek.Contains(command);

    public Expr? Read()
    {
        if (parser.Next is not { } token) return null;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new NumeralParser(parser).Read();
            case TokenKind.Letter or TokenKind.Label:
                return new NameParser(parser).Read();
            case TokenKind.Command:
                return Command(token.Text);
            case TokenKind.Symbol when token.Text is "(" or "[" or "{":
                return Group();
            case TokenKind.Symbol when token.Text == "|" && !parser.IsInBars:
                return Bars();
            default:
                return null;
        }
    }

    private Expr? Command(string name)
    {
        if (Commands.Currencies.TryGetValue(name, out var unit)) return Currency(unit);
        if (!Starts(name)) return null;
        if (name is "lfloor" or "lceil") return parser.Inside() is { } value ? Simplify.Call(name[1..], value) : null;
        if (Commands.Functions.Contains(name)) return new FunctionParser(parser).Read();
        if (Commands.Greek.Contains(name) || name is "infty" or "overline" or "vec" or "hat" or "tilde" or "ell" or "hbar")
            return new NameParser(parser).Read();
        parser.At++;
        return name switch
        {
            "frac" => Pair(Simplify.Quotient),
            "binom" => Pair((n, k) => Simplify.Call("binom", n, k)),
            "sqrt" => Root(),
            "surd" => parser.Factor() is { } radicand ? Simplify.Root(radicand, new Number(2)) : null,
            _ => null,
        };
    }

    private Expr? Pair(Func<Expr, Expr, Expr> make) =>
        parser.Factor() is { } first && parser.Factor() is { } second ? make(first, second) : null;

    private Expr? Root()
    {
        Expr? degree = new Number(2);
        if (parser.Is("[")) degree = parser.Inside();
        return degree is not null && parser.Factor() is { } radicand ? Simplify.Root(radicand, degree) : null;
    }

    private Expr? Currency(string unit)
    {
        parser.Unit = unit;
        parser.At++;
        return parser.Is("-") ? parser.Signed() : parser.Factor();
    }

    private Expr? Group()
    {
        var (open, close) = (parser.At, parser.Tokens.Partner(parser.At));
        if (close < 0 || close >= parser.End) return null;
        for (var i = open + 1; i < close && parser.Tokens[open].Is("{"); i++)
        {
            if (TokenList.Opens(parser.Tokens[i])) i = Math.Max(i, parser.Tokens.Partner(i));
            else if (parser.Tokens[i].IsCommand("choose")) return Choose(open, i, close);
        }
        return parser.Inside();
    }

    /// <summary>{n \choose k}</summary>
    private Expr? Choose(int open, int middle, int close)
    {
        parser.At = close + 1;
        var n = ExpressionParser.Whole(parser.Tokens, open + 1, middle);
        var k = ExpressionParser.Whole(parser.Tokens, middle + 1, close);
        return n is null || k is null ? null : Simplify.Call("binom", n, k);
    }

    private Expr? Bars()
    {
        parser.At++;
        parser.IsInBars = true;
        var value = parser.Sum();
        parser.IsInBars = false;
        if (value is null || !parser.Is("|")) return null;
        parser.At++;
        return Simplify.Call("abs", value);
    }
}
