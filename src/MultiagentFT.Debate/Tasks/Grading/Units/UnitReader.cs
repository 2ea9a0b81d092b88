using System.Globalization;
using System.Text;
using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Units;

/// <summary>Reads what stands behind a value: cm^2, square inches, km per hour, km/h, percent, eggs, \pmod{5}.</summary>
internal sealed class UnitReader(TokenList tokens, int start, int end)
{
    private readonly StringBuilder _dimension = new();
    private Rational _size = 1;
    private int _at = start;

    /// <summary>Null when the tokens are no unit.</summary>
    public static Unit? Read(TokenList tokens, int start, int end) => new UnitReader(tokens, start, end).Read();

    private Unit? Read()
    {
        var (power, isDivided) = (1, false);
        while (_at < end)
        {
            var token = tokens[_at++];
            if ((token.IsWord || (isDivided && token.Kind == TokenKind.Letter)) && token.Text.ToLowerInvariant() is var word)
            {
                if (word is "square" or "sq") power = 2;
                else if (word is "cubic" or "cu") power = 3;
                else if (word is "per") isDivided = true;
                else
                {
                    if (PowerBehind() is { } written) power = written;
                    Append(word, power, isDivided, token);
                    (power, isDivided) = (1, false);
                }
            }
            else if (token.Is("%")) Append("percent", 1, isDivided, token);
            else if (token.Kind == TokenKind.Command && Commands.Currencies.TryGetValue(token.Text, out var currency)) Append(currency, 1, isDivided, token);
            else if (token.IsCommand("pmod") || token.IsCommand("bmod") || token.IsCommand("mod")) return Modulus();
            else if (token.Is("/") && _at < end) isDivided = true;
            else if (!token.Is(".") && !token.Is("-") && !token.Is("'")) return null;
        }
        if (_dimension.Length == 0) return null;
        return new Unit(_dimension.ToString(), _size);
    }

    private void Append(string word, int power, bool isDivided, Token token)
    {
        var unit = UnitNames.OfLetter(token.Text) ?? UnitNames.Find(word) ?? new Unit(Singular(word), 1);
        var part = isDivided ? unit.Size.Power(-power) : unit.Size.Power(power);
        if (part is { } size && _size.Times(size) is { } product) _size = product;
        if (isDivided) _dimension.Append('/');
        else if (_dimension.Length > 0) _dimension.Append(' ');
        _dimension.Append(unit.Dimension);
        if (power != 1) _dimension.Append(CultureInfo.InvariantCulture, $"^{power}");
    }

    /// <summary>The power behind a unit, as in cm^2 or cm^{2}.</summary>
    private int? PowerBehind()
    {
        if (_at + 1 >= end || !tokens[_at].Is("^")) return null;
        var isGroup = tokens[_at + 1].Is("{") && _at + 3 < end && tokens[_at + 3].Is("}");
        var digit = tokens[isGroup ? _at + 2 : _at + 1];
        if (!digit.IsWhole || digit.Text.Length != 1) return null;
        _at += isGroup ? 4 : 2;
        return digit.Text[0] - '0';
    }

    private Unit? Modulus()
    {
        if (_dimension.Length > 0) return null;
        return new Unit("mod " + tokens.Text(_at, end).Trim('{', '}', '(', ')'), 1);
    }

    private static string Singular(string word) =>
        word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4 ? word[..^3] + "y"
        : word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;
}
