namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

internal readonly record struct Token(TokenKind Kind, string Text, bool SpaceBefore)
{
    public bool IsWord => Kind == TokenKind.Word;

    /// <summary>Whether it is a whole number as written.</summary>
    public bool IsWhole => Kind == TokenKind.Number && Text.All(char.IsAsciiDigit);

    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsCommand(string name) => Kind == TokenKind.Command && Text == name;
}
