using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>
/// Reads a sum from the start of a range of tokens: signs, products with and without a sign, quotients, powers. What
/// single factors look like is in <see cref="FactorParser"/>.
/// </summary>
internal sealed class ExpressionParser
{
    /// <summary>Deeper nesting is not read.</summary>
    private const int MostDepth = 128;

    private readonly FactorParser _factors;
    private int _depth;

    public ExpressionParser(TokenList tokens, int start, int end)
    {
        Tokens = tokens;
        (At, End) = (start, end);
        _factors = new FactorParser(this);
    }

    public TokenList Tokens { get; }

    public int At { get; set; }

    public int End { get; set; }

    /// <summary>Whether a degree or currency sign was read outside of a function's argument: the answer's unit.</summary>
    public string? Unit { get; set; }

    /// <summary>Above 0 inside the argument of a function, where 30° is an angle.</summary>
    public int Functions { get; set; }

    /// <summary>Inside of |...|, where the next bar closes.</summary>
    public bool IsInBars { get; set; }

    public Token? Next => At < End ? Tokens[At] : null;

    /// <summary>The whole range as one expression; null when it is none.</summary>
    public static Expr? Whole(TokenList tokens, int start, int end)
    {
        var parser = new ExpressionParser(tokens, start, end);
        return parser.Sum() is { } value && parser.At == end ? value : null;
    }

    public Expr? Sum()
    {
        if (_depth >= MostDepth) return null;
        _depth++;
        var terms = new List<Expr>();
        for (var isNegative = false; ;)
        {
            if (Product() is not { } term) return null;
            terms.Add(isNegative ? Simplify.Negated(term) : term);
            if (!Is("+") && !Is("-")) break;
            isNegative = Is("-");
            At++;
        }
        _depth--;
        return Simplify.Sum(terms);
    }

    /// <summary>The sum between the bracket at the current place and its partner.</summary>
    public Expr? Inside()
    {
        var close = Tokens.Partner(At);
        if (close < 0 || close >= End) return null;
        var (end, bars) = (End, IsInBars);
        (End, IsInBars) = (close, false);
        At++;
        var value = Sum();
        if (At != close) value = null;
        (End, IsInBars) = (end, bars);
        At = close + 1;
        return value;
    }

    /// <summary>A factor with a sign before it and powers behind it.</summary>
    public Expr? Signed()
    {
        var isNegative = false;
        for (; Is("-") || Is("+"); At++) isNegative ^= Is("-");
        var value = Power();
        return value is not null && isNegative ? Simplify.Negated(value) : value;
    }

    public Expr? Power()
    {
        var value = Factor();
        for (var factorials = 0; value is not null && Is("!"); At++)
            value = ++factorials > 2 ? null : Simplify.Call("factorial", value);
        while (value is not null && Is("^"))
        {
            At++;
            if (IsDegree(out var length))
            {
                At += length;
                value = Degree(value);
            }
            else
            {
                value = Exponent() is { } exponent ? Simplify.Power(value, exponent) : null;
                break;
            }
        }
        return value;
    }

    public Expr? Factor()
    {
        if (_depth >= MostDepth) return null;
        _depth++;
        var value = _factors.Read();
        _depth--;
        return value;
    }

    /// <summary>The argument of a function: a group, or the factors up to the next sign or function.</summary>
    public Expr? Argument()
    {
        Functions++;
        Expr? value;
        if (Is("(") || Is("{") || Is("["))
        {
            value = Is("{") ? Factor() : Inside();
        }
        else
        {
            value = Signed();
            while (value is not null && StartsFactor() && !StartsFunction())
                value = Power() is { } factor ? Simplify.Product(value, factor) : null;
        }
        Functions--;
        return value;
    }

    public bool Is(string symbol) => At < End && Tokens[At].Is(symbol);

    public bool IsCommand(string name) => At < End && Tokens[At].IsCommand(name);

    private Expr? Product()
    {
        var factors = new List<Expr>();
        if (Signed() is not { } first) return null;
        factors.Add(first);
        while (true)
        {
            if (Is("*") || IsCommand("cdot") || IsTimes())
            {
                At++;
                if (Signed() is not { } factor) return null;
                factors.Add(factor);
            }
            else if (Is("/") && !(At + 1 < End && Tokens[At + 1].IsWord))
            {
                At++;
                if (Signed() is not { } divisor) return null;
                factors.Add(Simplify.Inverse(divisor));
            }
            else if (StartsFactor())
            {
                // Two numbers side by side are no product.
                if (Next is { Kind: TokenKind.Number } && Tokens[At - 1].Kind == TokenKind.Number) return null;
                if (Power() is not { } factor) return null;
                factors.Add(factor);
            }
            else break;
        }
        return Simplify.Product(factors);
    }

    private Expr? Exponent()
    {
        if (Next is not { } token) return null;
        if (token.Is("-") || token.Is("+"))
        {
            At++;
            if (Factor() is not { } value) return null;
            return token.Is("-") ? Simplify.Negated(value) : value;
        }
        var exponent = Factor();
        if (exponent is null || !Is("^") || _depth >= MostDepth) return Is("^") ? null : exponent;
        _depth++;
        At++;
        var next = Exponent();
        _depth--;
        return next is null ? null : Simplify.Power(exponent, next);
    }

    private bool StartsFactor()
    {
        if (Next is not { } token) return false;
        return token.Kind switch
        {
            TokenKind.Word => false,
            TokenKind.Symbol => token.Text is "(" or "[" or "{" || (token.Text == "|" && !IsInBars),
            TokenKind.Command => FactorParser.Starts(token.Text),
            _ => true,
        };
    }

    /// <summary>The x of 3 x 10^8.</summary>
    private bool IsTimes() =>
        Next is { Kind: TokenKind.Letter, Text: "x" or "X" } && Tokens[At - 1].Kind == TokenKind.Number
        && At + 2 < End && Tokens[At + 1] is { Kind: TokenKind.Number, Text: "10" } && Tokens[At + 2].Is("^");

    private bool StartsFunction() => Next is { Kind: TokenKind.Command } token && Commands.Functions.Contains(token.Text);

    /// <summary>\circ or {\circ} behind ^.</summary>
    private bool IsDegree(out int length)
    {
        length = IsCommand("circ") ? 1 : 3;
        return length == 1 || (Is("{") && At + 2 < End && Tokens[At + 1].IsCommand("circ") && Tokens[At + 2].Is("}"));
    }

    private Expr Degree(Expr value)
    {
        if (Functions > 0) return Simplify.Product(value, new Symbol("pi"), Simplify.Inverse(new Number(180)));
        Unit = "degree";
        return value;
    }
}
