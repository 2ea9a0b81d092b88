using System.Globalization;

namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>
/// Evaluates a normalized expression by recursive descent: + − * / ^, implied products, mixed numbers, \frac, \sqrt,
/// \pi, a few functions, and letters as variables.
/// </summary>
internal sealed class ExpressionValue
{
    /// <summary>Deeper nesting is not evaluated.</summary>
    private const int MostDepth = 64;

    private readonly List<string> _tokens;
    private readonly Func<char, double> _variable;
    private int _at;
    private int _depth;

    private ExpressionValue(string text, Func<char, double> variable) => (_tokens, _variable) = (LatexTokens.Of(text), variable);

    /// <summary>The value; null when the text is no expression or has no finite real value there.</summary>
    public static double? At(string text, Func<char, double> variable)
    {
        var reader = new ExpressionValue(text, variable);
        var value = reader.Sum();
        return reader._at == reader._tokens.Count && double.IsFinite(value) ? value : null;
    }

    // Whatever cannot be read becomes NaN, which spreads to the result.
    private double Sum()
    {
        if (++_depth > MostDepth) return double.NaN;
        var negative = Skip("-");
        if (!negative) Skip("+");
        var sum = negative ? -Product() : Product();
        while (true)
        {
            if (Skip("+")) sum += Product();
            else if (Skip("-")) sum -= Product();
            else break;
        }
        _depth--;
        return sum;
    }

    private double Product()
    {
        var product = Power();
        while (Peek() is { } token)
        {
            if (Skip("*")) product *= Signed();
            else if (Skip("/")) product /= Signed();
            else if (token is "+" or "-" or ")" or "]" or "}" or "=" or ",") break;
            else if (double.IsNaN(product)) break;
            else product *= Power();
        }
        return product;
    }

    private double Signed() => Skip("-") ? -Power() : Power();

    private double Power()
    {
        var start = Factor();
        if (!Skip("^")) return start;
        return Math.Pow(start, Peek() is "{" or "(" ? Group() : Skip("-") ? -Factor() : Factor());
    }

    private double Factor()
    {
        if (Peek() is not { } token) return double.NaN;
        if (LatexTokens.IsDigits(token) || token == ".") return Number();
        if (token is "{" or "(" or "[") return Group();
        _at++;
        if (LatexTokens.IsWord(token)) return Word(token);
        return token switch
        {
            "\\pi" => Math.PI,
            "\\frac" => Fraction(),
            "\\sqrt" => Root(),
            "\\sin" or "\\cos" or "\\tan" or "\\ln" or "\\log" => Function(token[1..]),
            _ => double.NaN,
        };
    }

    private double Fraction()
    {
        var numerator = Group();
        return numerator / Group();
    }

    private double Root()
    {
        var degree = Peek() == "[" ? Group() : 2;
        var value = Group();
        return degree == 2 ? Math.Sqrt(value) : Math.Pow(value, 1 / degree);
    }

    /// <summary>Up to two letters are variables side by side; longer words are functions or no mathematics.</summary>
    private double Word(string word) => word switch
    {
        "pi" => Math.PI,
        "sqrt" or "sin" or "cos" or "tan" or "ln" or "log" => Function(word),
        { Length: <= 2 } => Letter(word),
        _ => double.NaN,
    };

    /// <summary>Takes the first letter and leaves the rest: in ab^2 the power belongs to b alone.</summary>
    private double Letter(string word)
    {
        if (word.Length > 1) _tokens[--_at] = word[1..];
        return _variable(word[0]);
    }

    private double Function(string name)
    {
        if (++_depth > MostDepth) return double.NaN;
        var argument = Power();
        _depth--;
        return name switch
        {
            "sqrt" => Math.Sqrt(argument),
            "sin" => Math.Sin(argument),
            "cos" => Math.Cos(argument),
            "tan" => Math.Tan(argument),
            "ln" => Math.Log(argument),
            _ => Math.Log10(argument),
        };
    }

    private double Group()
    {
        if (Peek() is not ("{" or "(" or "[") || _depth > MostDepth) return double.NaN;
        var close = _tokens[_at++] switch { "{" => "}", "(" => ")", _ => "]" };
        var value = Sum();
        return Skip(close) ? value : double.NaN;
    }

    /// <summary>Digits with an optional fraction part; 3\frac{1}{2} is three and a half.</summary>
    private double Number()
    {
        var start = _at;
        while (Peek() is { } token && (LatexTokens.IsDigits(token) || token == ".")) _at++;
        var text = string.Concat(_tokens.Skip(start).Take(_at - start));
        if (text[^1] == '.') return double.NaN;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return double.NaN;
        var isMixed = Peek() == "\\frac" && NumberLiteral.Parse(string.Concat(_tokens.Skip(_at).Take(7))) is { IsFraction: true };
        if (!isMixed) return value;
        _at++;
        return value + Fraction();
    }

    private bool Skip(string token)
    {
        if (Peek() != token) return false;
        _at++;
        return true;
    }

    private string? Peek() => _at < _tokens.Count ? _tokens[_at] : null;
}
