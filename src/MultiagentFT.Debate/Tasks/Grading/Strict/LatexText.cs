using System.Text;

namespace MultiagentFT.Debate.Tasks.Grading.Strict;

/// <summary>
/// TeX as plain text, as pylatexenc's latex2text writes it: \frac{a}{b} is a/b, \sqrt{a} is sqrt(a), groups lose their braces.
/// </summary>
internal sealed class LatexText(string text)
{
    private const int MostDepth = 50;

    private static readonly string[] Letters = [.. Tokens.Commands.Greek.Order(StringComparer.Ordinal)];

    private int _at;
    private int _depth;

    /// <summary>Null where the TeX cannot be read.</summary>
    public static string? Of(string text)
    {
        var reader = new LatexText(text.Replace("\\tfrac", "\\frac", StringComparison.Ordinal)
            .Replace("\\dfrac", "\\frac", StringComparison.Ordinal).Replace("\\frac", " \\frac", StringComparison.Ordinal));
        var result = new StringBuilder();
        return reader.Copy(result, '\0') ? result.ToString().Trim() : null;
    }

    /// <summary>Copies up to a closing character, or all.</summary>
    private bool Copy(StringBuilder result, char close)
    {
        if (++_depth > MostDepth) return false;
        while (_at < text.Length && (text[_at] != close || close == '\0'))
        {
            // As tolerant as the original is: a brace too many says nothing.
            if (text[_at] == '}') _at++;
            else if (!Node(result)) return false;
        }
        _depth--;
        if (close != '\0') _at++;
        return true;
    }

    private bool Node(StringBuilder result)
    {
        var symbol = text[_at++];
        if (symbol == '{') return Copy(result, '}');
        if (symbol != '\\')
        {
            result.Append(symbol switch { '~' => ' ', '&' => ' ', _ => symbol });
            return true;
        }
        if (_at >= text.Length) return true;
        var start = _at;
        while (_at < text.Length && char.IsAsciiLetter(text[_at])) _at++;
        if (_at > start) return Command(text[start.._at], result);
        var escaped = text[_at++];
        result.Append(escaped switch
        {
            '!' or '(' or ')' or '[' or ']' => "",
            ',' or ';' or ':' or ' ' => " ",
            '\\' => ";",
            _ => escaped.ToString(),
        });
        return true;
    }

    private bool Command(string name, StringBuilder result)
    {
        switch (name)
        {
            case "frac":
                if (!Argument(result)) return false;
                result.Append('/');
                return Argument(result);
            case "sqrt":
                return Root(result);
            case "begin" or "end":
                result.Append(name == "begin" ? '[' : ']');
                return Argument(new StringBuilder());
        }
        while (_at < text.Length && text[_at] == ' ') _at++;
        result.Append(name switch
        {
            "pi" => "pi",
            "infty" => "inf",
            "cup" => "U",
            "cdot" or "times" => "*",
            "le" or "leq" => "≤",
            "ge" or "geq" => "≥",
            "pm" => "±",
            "sin" or "cos" or "tan" or "cot" or "sec" or "csc" or "ln" or "log" or "arcsin" or "arccos" or "arctan" => name,
            _ when Tokens.Commands.Greek.Contains(name) => Greek(name),
            _ => "",
        });
        return true;
    }

    /// <summary>One letter for each, as they are in Unicode.</summary>
    private static string Greek(string name) => ((char)('α' + Array.BinarySearch(Letters, name, StringComparer.Ordinal))).ToString();

    private bool Root(StringBuilder result)
    {
        var degree = new StringBuilder();
        while (_at < text.Length && text[_at] == ' ') _at++;
        if (_at < text.Length && text[_at] == '[')
        {
            _at++;
            if (!Copy(degree, ']')) return false;
        }
        result.Append(degree.Length > 0 ? "(" : "sqrt(");
        if (!Argument(result)) return false;
        result.Append(degree.Length > 0 ? $")^(1/{degree})" : ")");
        return true;
    }

    /// <summary>A group, command or character.</summary>
    private bool Argument(StringBuilder result)
    {
        while (_at < text.Length && text[_at] == ' ') _at++;
        if (_at >= text.Length || ++_depth > MostDepth) return false;
        var isRead = Node(result);
        _depth--;
        return isRead;
    }
}
