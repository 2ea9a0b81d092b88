namespace MultiagentFT.Inference.Runtime;

/// <summary>The model's own tokenizer. Thread-safe.</summary>
public interface ITokenizer
{
    int VocabularySize { get; }

    /// <summary>How the control tokens are spelled in markup, such as <c>&lt;|im_end|&gt;</c>. None is empty.</summary>
    IReadOnlyList<string> ControlTokens { get; }

    /// <summary>How other tokens are spelled that a text becomes wherever they stand in it. None is empty.</summary>
    IReadOnlyList<string> UserDefinedTokens { get; }

    /// <summary>Token ids of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecial">Whether BOS/EOS are added where the model asks for them.</param>
    /// <param name="parseSpecial">Whether markup such as <c>&lt;|im_end|&gt;</c> becomes its control token.</param>
    int[] Tokenize(string text, bool addSpecial, bool parseSpecial);

    /// <summary>The UTF-8 bytes that a token stands for (control tokens: none). A token may end inside a character.</summary>
    ReadOnlyMemory<byte> Piece(int token);

    /// <summary>Whether this token ends a turn or a text.</summary>
    bool IsEndOfGeneration(int token);
}
