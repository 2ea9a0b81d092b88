using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>
/// Reads a name with its index and primes: x, x_1, a_{n+1}, \theta, AB, \vec{v}, f'. A function that is only named, f(x),
/// is a call.
/// </summary>
internal sealed class NameParser(ExpressionParser parser)
{
    private const int MostPrimes = 3;

    public Expr? Read()
    {
        var token = parser.Next!.Value;
        parser.At++;
        var name = token.Text;
        if (token.Kind == TokenKind.Command && name is "overline" or "vec" or "hat" or "tilde")
        {
            if (Script() is not { } content) return null;
            name = $"{name} {content}";
        }
        if (parser.Is("_"))
        {
            parser.At++;
            if (Script() is not { } index) return null;
            name = $"{name}_{index}";
        }
        for (var primes = 0; primes < MostPrimes && parser.Is("'"); primes++, parser.At++) name += "'";
        var isFunction = token is { Kind: TokenKind.Letter, Text: "f" or "g" or "h" } && parser.Is("(") && !parser.Next!.Value.SpaceBefore;
        if (!isFunction) return new Symbol(name);
        return parser.Inside() is { } argument ? new Call(name, [argument]) : null;
    }

    /// <summary>The text of a group or of one token.</summary>
    private string? Script()
    {
        if (parser.Next is not { } token) return null;
        var start = parser.At;
        if (!token.Is("{"))
        {
            parser.At++;
            return parser.Tokens.Text(start, start + 1);
        }
        var close = parser.Tokens.Partner(start);
        if (close < 0 || close >= parser.End) return null;
        parser.At = close + 1;
        return parser.Tokens.Text(start + 1, close);
    }
}
