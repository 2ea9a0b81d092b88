namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

internal enum TokenKind
{
    /// <summary>Digits with an optional fraction part and exponent; thousands separators are gone.</summary>
    Number,

    /// <summary>One letter that stands for a quantity.</summary>
    Letter,

    /// <summary>Capitals side by side, such as AB or IV: one name, not a product.</summary>
    Label,

    /// <summary>A word or unit.</summary>
    Word,

    /// <summary>A command without its backslash.</summary>
    Command,

    /// <summary>Any other character; <c>\{</c> and <c>\}</c> keep their backslash.</summary>
    Symbol,
}
