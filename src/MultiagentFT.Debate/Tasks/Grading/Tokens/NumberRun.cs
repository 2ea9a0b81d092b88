using System.Text;

namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>
/// Reads the digits at a place: with thousands separators (1,000, 1{,}000, 1,\!000, 1\,000), fraction part and
/// exponent (1.5e-3).
/// </summary>
internal sealed class NumberRun(string text)
{
    private static readonly string[] Separators = ["{,}", ",\\!", ", \\!", "\\,", ","];

    /// <summary>A list such as (1,000, 2) separates with blanks, so that a bare comma belongs to a number.</summary>
    private readonly Lazy<bool> _listsHaveBlanks = new(() =>
        text.Contains("{,}", StringComparison.Ordinal)
        || Enumerable.Range(1, Math.Max(0, text.Length - 2)).Any(at =>
            text[at] is ',' or ';' && char.IsAsciiDigit(text[at - 1]) && (text[at] == ';' || text[at + 1] == ' ')));

    /// <summary>The number at <paramref name="at"/>, which is moved behind it.</summary>
    public string Read(ref int at, bool isInBrackets)
    {
        var digits = new StringBuilder();
        var start = at;
        Digits(digits, ref at);
        // No thousands begin with 0: 0,125 is a list or a decimal comma.
        if (at - start is > 0 and <= 3 && text[start] != '0')
        {
            while (Group(at, isInBrackets) is var length and > 0)
            {
                digits.Append(text, at + length - 3, 3);
                at += length;
            }
        }
        if (at + 1 < text.Length && text[at] == '.' && (char.IsAsciiDigit(text[at + 1]) || IsRepeating(at + 1)))
        {
            digits.Append('.');
            at++;
            Digits(digits, ref at);
        }
        Exponent(digits, ref at);
        return digits.ToString();
    }

    /// <summary>The length of a separator and the three digits behind it; 0 when no such group follows.</summary>
    private int Group(int at, bool isInBrackets)
    {
        foreach (var separator in Separators)
        {
            if (string.CompareOrdinal(text, at, separator, 0, separator.Length) != 0) continue;
            var from = at + separator.Length;
            if (separator.EndsWith('!')) while (from < text.Length && text[from] == ' ') from++;
            var end = from;
            while (end < text.Length && end < from + 4 && char.IsAsciiDigit(text[end])) end++;
            if (end - from != 3) return 0;
            return separator == "," && isInBrackets && text[from] != '0' && !_listsHaveBlanks.Value ? 0 : end - at;
        }
        return 0;
    }

    private void Exponent(StringBuilder digits, ref int at)
    {
        if (at >= text.Length || text[at] is not ('e' or 'E')) return;
        var from = at + 1;
        if (from < text.Length && text[from] is '+' or '-') from++;
        var end = from;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        if (end == from || (end < text.Length && char.IsAsciiLetter(text[end]))) return;
        digits.Append('e').Append(text, at + 1, end - at - 1);
        at = end;
    }

    private void Digits(StringBuilder digits, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        digits.Append(text, start, at - start);
    }

    private bool IsRepeating(int at) =>
        string.CompareOrdinal(text, at, "\\overline", 0, 9) == 0 || string.CompareOrdinal(text, at, "\\bar", 0, 4) == 0
        || string.CompareOrdinal(text, at, "\\dot{", 0, 5) == 0;
}
