namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>
/// Cuts an answer into tokens once, in linear time. Wrappers such as <c>\text{}</c> and commands of looks are gone
/// afterwards; what stood in text is words.
/// </summary>
internal sealed class LatexLexer
{
    private readonly string _text;
    private readonly NumberRun _numbers;
    private readonly List<Token> _tokens = [];
    private readonly Stack<Scope> _scopes = new();
    private int _at;
    private int _brackets;
    private bool _space = true;
    private bool _inText;

    /// <summary>Arguments of one token each that TeX still expects, as both digits of \frac12.</summary>
    private int _arguments;

    private LatexLexer(string text)
    {
        _text = text;
        _numbers = new NumberRun(text);
    }

    private enum ScopeKind
    {
        Braces,
        Wrapper,
        Degree,
    }

    private readonly record struct Scope(ScopeKind Kind, bool WasText, int Arguments);

    public static List<Token> Read(string answer)
    {
        var lexer = new LatexLexer(UnicodeFolding.Fold(answer));
        while (lexer._at < lexer._text.Length) lexer.Next();
        return lexer._tokens;
    }

    private void Next()
    {
        var symbol = _text[_at];
        if (char.IsWhiteSpace(symbol) || symbol is '~' or '\0')
        {
            _at++;
            _space = true;
        }
        else if (symbol == '\\') Command();
        else if (char.IsAsciiDigit(symbol) || (symbol == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]))) Number();
        else if (char.IsLetter(symbol)) Letters();
        else if (symbol == '$') Dollar();
        else if (symbol is '€' or '£' or '¥' or '₹')
        {
            _at++;
            Add(TokenKind.Command, symbol.ToString());
        }
        else if (symbol is '<' or '>' && At(1) == '=') Sign(symbol == '<' ? "le" : "ge");
        else if (symbol == '*' && At(1) == '*') Sign("^");
        else
        {
            _at++;
            Symbol(symbol.ToString());
        }
    }

    private char At(int offset) => _at + offset < _text.Length ? _text[_at + offset] : '\0';

    /// <summary>A sign of two characters, as programs write them.</summary>
    private void Sign(string name)
    {
        _at += 2;
        Add(name == "^" ? TokenKind.Symbol : TokenKind.Command, name);
    }

    private void Number()
    {
        if (_arguments > 0 || IsBaseOfOneDigit())
        {
            Add(TokenKind.Number, _text[_at++].ToString());
            return;
        }
        Add(TokenKind.Number, _numbers.Read(ref _at, _brackets > 0));
    }

    private bool IsBaseOfOneDigit() =>
        _tokens.Count >= 2 && _tokens[^1].Is("_") && _tokens[^2].IsCommand("log") && Lookahead.IsBaseOfOneDigit(_text, _at);

    private void Dollar()
    {
        if (Lookahead.IsCurrency(_text, _at)) Add(TokenKind.Command, "$");
        _at++;
    }

    private void Command()
    {
        var start = ++_at;
        if (start >= _text.Length) return;
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at])) _at++;
        if (_at == start) Escaped(_text[_at++]);
        else Named(_text[start.._at]);
    }

    private void Escaped(char symbol)
    {
        if (symbol is '{' or '}') Symbol("\\" + symbol);
        else if (symbol == '\\')
        {
            Add(TokenKind.Symbol, "\\\\");
            _at += Lookahead.LineSpace(_text, _at);
        }
        else if (symbol is '$' or '|') Add(symbol == '$' ? TokenKind.Command : TokenKind.Symbol, symbol == '$' ? "$" : "\\|");
        else if (symbol is '%' or '#' or '&' or '_') Symbol(symbol == '%' ? "%" : "\\" + symbol);
        else if (symbol != '!') _space = true;
    }

    private void Named(string name)
    {
        if (Commands.Wrappers.TryGetValue(name, out var isText))
        {
            Wrap(isText, name);
            return;
        }
        if (Commands.Looks.Contains(name))
        {
            if (name is "left" or "right" && _at < _text.Length && _text[_at] == '.') _at++;
            _space = true;
            return;
        }
        // 45\degree is 45^\circ, and so is 45^\degree.
        if (name == "degree" && _tokens.Count > 0 && EndsOperand(_tokens[^1])) Add(TokenKind.Symbol, "^");
        name = Commands.Synonyms.GetValueOrDefault(name, name);
        if (name == "mathbb" || name == "operatornamewithlimits") Symbols(name);
        else if (!char.IsAsciiLetter(name[0])) Symbol(name);
        else
        {
            Add(TokenKind.Command, name);
            _arguments = name switch { "frac" or "binom" => 2, "sqrt" => 1, _ => _arguments };
        }
    }

    /// <summary>\mathbb{R} is one command, \mathbb R too.</summary>
    private void Symbols(string name)
    {
        while (_at < _text.Length && _text[_at] is ' ' or '{') _at++;
        if (_at < _text.Length) name += _text[_at++];
        while (_at < _text.Length && _text[_at] is ' ' or '}') _at++;
        Add(TokenKind.Command, name);
    }

    private void Wrap(bool isText, string name)
    {
        var at = _at;
        if (at < _text.Length && _text[at] == '*') at++;
        while (at < _text.Length && _text[at] == ' ') at++;
        if (at >= _text.Length || _text[at] != '{') return;
        var isLetter = name is "mathrm" or "operatorname" && at + 2 < _text.Length && _text[at + 2] == '}';
        _scopes.Push(new Scope(ScopeKind.Wrapper, _inText, 0));
        _inText = isText && !isLetter;
        _space |= _inText;
        _at = at + 1;
    }

    private void Letters()
    {
        var start = _at;
        while (_at < _text.Length && char.IsLetter(_text[_at])) _at++;
        var run = _text[start.._at];
        if (Lookahead.Clock(_text, run, _at) is { } clock)
        {
            _at += 2;
            if (_at < _text.Length && _text[_at] == '.') _at++;
            Add(TokenKind.Word, clock);
            return;
        }
        var follows = _tokens.Count > 0 && (EndsOperand(_tokens[^1]) || IsPerUnit());
        var isAttached = !_space && _tokens.Count > 0;
        if (_inText && !(isAttached && run.Length == 1)) Add(TokenKind.Word, run);
        else if (_arguments > 0) Each(run);
        else if (IsName(run)) Name(run);
        else
        {
            var kind = run.Length == 2 && IsInFormula(start) ? TokenKind.Letter : LetterRun.Kind(run, isAttached, follows);
            if (kind == TokenKind.Letter) Each(run);
            else if (kind == TokenKind.Command) Named(run);
            else Add(kind, run);
        }
    }

    /// <summary>Whether a sign of formulas stands right before or behind letters that would be a word elsewhere, as in ax+by=c.</summary>
    private bool IsInFormula(int start) => LetterRun.IsShortWord(_text[start.._at])
        && ((start > 0 && _text[start - 1] is '+' or '=') || (_at < _text.Length && _text[_at] is '+' or '=' or '^'));

    /// <summary>Whether the last sign divides a unit, as in km/min and $15/hr.</summary>
    private bool IsPerUnit() => _tokens is [var first, .., var unit, var sign] && sign.Is("/")
        && (unit.IsWord || (first.Kind == TokenKind.Command && Commands.Currencies.ContainsKey(first.Text)));

    /// <summary>Letters with digits right behind them, such as A2, name something; they are no product.</summary>
    private bool IsName(string run) => _at < _text.Length && char.IsAsciiDigit(_text[_at]) && !Commands.Bare.Contains(run);

    private void Name(string run)
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiLetterOrDigit(_text[_at])) _at++;
        Add(TokenKind.Word, run + _text[start.._at]);
    }

    private void Each(string run)
    {
        foreach (var letter in run) Add(TokenKind.Letter, letter.ToString());
    }

    private void Symbol(string symbol)
    {
        if (symbol == "{") Open(ScopeKind.Braces, symbol);
        else if (symbol == "}") Close();
        else if (symbol == "[" && _arguments > 0 && _tokens.Count > 0 && _tokens[^1].IsCommand("sqrt")) Open(ScopeKind.Degree, symbol);
        else if (symbol == "]" && _scopes.TryPeek(out var scope) && scope.Kind == ScopeKind.Degree)
        {
            _scopes.Pop();
            Add(TokenKind.Symbol, symbol);
            _arguments = 1;
        }
        else
        {
            if (symbol is "(" or "[" or "\\{") _brackets++;
            else if (symbol is ")" or "]" or "\\}") _brackets--;
            Add(TokenKind.Symbol, symbol);
        }
    }

    private void Open(ScopeKind kind, string symbol)
    {
        _scopes.Push(new Scope(kind, _inText, _arguments));
        _arguments = 0;
        Add(TokenKind.Symbol, symbol);
    }

    private void Close()
    {
        Scope scope;
        while (_scopes.TryPop(out scope) && scope.Kind == ScopeKind.Degree)
        {
        }
        (_inText, _arguments) = (scope.WasText, 0);
        if (scope.Kind == ScopeKind.Wrapper) return;
        Add(TokenKind.Symbol, "}");
        _arguments = Math.Max(0, scope.Arguments - 1);
    }

    private void Add(TokenKind kind, string text)
    {
        _tokens.Add(new Token(kind, text, _space));
        _space = false;
        if (_arguments > 0) _arguments--;
    }

    private static bool EndsOperand(Token token) =>
        token.Kind is TokenKind.Number or TokenKind.Letter or TokenKind.Word || token.Is("}") || token.Is(")") || token.IsCommand("circ");
}
