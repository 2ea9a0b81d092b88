namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>The tokens of one answer with the partner of every bracket, whichever kinds open and close: [1,2) is a pair.</summary>
internal sealed class TokenList
{
    private readonly List<Token> _tokens;
    private readonly int[] _partners;

    private TokenList(List<Token> tokens)
    {
        _tokens = tokens;
        _partners = Partners(tokens);
    }

    public int Count => _tokens.Count;

    public Token this[int index] => _tokens[index];

    public static TokenList Read(string answer) => new(OutwardBrackets.Turn(LatexLexer.Read(answer)));

    /// <summary>The index of the bracket that closes or opens the one at an index; -1 without one.</summary>
    public int Partner(int index) => _partners[index];

    /// <summary>These tokens with one in place of others: \pm as + or -.</summary>
    public TokenList Replace(int start, int end, Func<Token, Token> replace) =>
        new([.. _tokens[start..end].Select(replace)]);

    /// <summary>One spelling of a range: blanks only between words and between numbers.</summary>
    public string Text(int start, int end)
    {
        var text = new System.Text.StringBuilder();
        for (var i = start; i < end; i++)
        {
            var isNumber = _tokens[i].Kind == TokenKind.Number;
            if (isNumber && i > start && _tokens[i - 1].Kind == TokenKind.Number) text.Append(' ');
            if (text.Length > 0 && char.IsLetter(text[^1]) && char.IsLetter(_tokens[i].Text[0])
                && (_tokens[i].IsWord || _tokens[i - 1].Kind is TokenKind.Word or TokenKind.Command)) text.Append(' ');
            if (_tokens[i].Kind == TokenKind.Command) text.Append('\\');
            text.Append(_tokens[i].Text);
        }
        return text.ToString();
    }

    public static bool Opens(Token token) => token.Kind == TokenKind.Symbol
        ? token.Text is "(" or "[" or "{" or "\\{"
        : Name(token) is "langle" or "lfloor" or "lceil" or "begin";

    public static bool Closes(Token token) => token.Kind == TokenKind.Symbol
        ? token.Text is ")" or "]" or "}" or "\\}"
        : Name(token) is "rangle" or "rfloor" or "rceil" or "end";

    private static string? Name(Token token) => token.Kind == TokenKind.Command ? token.Text : null;

    private static int[] Partners(List<Token> tokens)
    {
        var partners = new int[tokens.Count];
        var open = new Stack<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            partners[i] = -1;
            if (Opens(tokens[i])) open.Push(i);
            else if (Closes(tokens[i]) && open.TryPeek(out var start) && IsPair(tokens[start], tokens[i]))
            {
                open.Pop();
                (partners[start], partners[i]) = (i, start);
            }
        }
        return partners;
    }

    /// <summary>Round and square brackets may pair with each other, as intervals have them; others only with their own kind.</summary>
    private static bool IsPair(Token open, Token close) => open.Text switch
    {
        "(" or "[" => close.Text is ")" or "]",
        "{" => close.Text == "}",
        "\\{" => close.Text == "\\}",
        "begin" => close.Text == "end",
        _ => open.Text[1..] == close.Text[1..],
    };
}
