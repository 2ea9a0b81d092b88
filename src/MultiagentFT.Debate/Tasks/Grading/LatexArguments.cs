using System.Text;

namespace MultiagentFT.Debate.Tasks.Grading;

/// <summary>
/// Joins tokens with braces around every argument of \frac and \sqrt, as TeX reads them: \frac12 is \frac{1}{2} and
/// \sqrt13 is \sqrt{1}3. The function sqrt(3) counts as \sqrt{3}.
/// </summary>
internal sealed class LatexArguments
{
    /// <summary>Deeper nesting is copied as it is.</summary>
    private const int MostDepth = 64;

    private readonly StringBuilder _text = new();
    private readonly List<string> _tokens;
    private int _at;
    private int _depth;

    private LatexArguments(List<string> tokens) => _tokens = tokens;

    public static string Brace(List<string> tokens)
    {
        var writer = new LatexArguments([.. tokens]);
        while (writer._at < writer._tokens.Count) writer.Next();
        return writer._text.ToString();
    }

    private void Next()
    {
        var token = _tokens[_at++];
        if (token == "sqrt" && Peek() == "(") token = "\\sqrt";
        _text.Append(token);
        if (_depth >= MostDepth || token is not ("\\frac" or "\\sqrt")) return;
        _depth++;
        if (token == "\\sqrt" && Peek() == "[") CopyDegree();
        Argument(isRoot: token == "\\sqrt");
        if (token == "\\frac") Argument(isRoot: false);
        _depth--;
    }

    private void Argument(bool isRoot)
    {
        if (Peek() is not { } token) return;
        if (token == "{" || (token == "(" && isRoot))
        {
            CopyGroup(token == "{" ? "}" : ")");
            return;
        }
        if (!LatexTokens.IsDigits(token) && !LatexTokens.IsWord(token) && !LatexTokens.IsCommand(token)) return;
        _text.Append('{');
        if (LatexTokens.IsCommand(token)) Next();
        else
        {
            _text.Append(token[0]);
            if (token.Length > 1) _tokens[_at] = token[1..];
            else _at++;
        }
        _text.Append('}');
    }

    /// <summary>A group that is an argument gets braces, whatever it came in: sqrt(3) is \sqrt{3}.</summary>
    private void CopyGroup(string close)
    {
        var open = _tokens[_at++];
        _text.Append('{');
        for (var depth = 1; _at < _tokens.Count;)
        {
            if (Peek() == open) depth++;
            if (Peek() == close && --depth == 0) break;
            Next();
        }
        if (_at < _tokens.Count) _at++;
        _text.Append('}');
    }

    private void CopyDegree()
    {
        while (Peek() is { } token && token != "]")
        {
            _text.Append(token);
            _at++;
        }
        if (Peek() is not null) Next();
    }

    private string? Peek() => _at < _tokens.Count ? _tokens[_at] : null;
}
