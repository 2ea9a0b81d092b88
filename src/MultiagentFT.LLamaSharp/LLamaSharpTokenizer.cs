using System.Runtime.InteropServices;
using System.Text;
using LLama.Native;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;
using MultiagentFT.Templates;

namespace MultiagentFT.LLamaSharp;

/// <summary>The model's tokenizer as LLamaSharp calls it.</summary>
internal sealed class LLamaSharpTokenizer : ITokenizer
{
    private readonly SafeLlamaModelHandle _model;
    private readonly bool[] _isEndOfGeneration;
    private readonly bool[] _isControl;

    /// <summary>Filled on first use; two threads that fill the same entry write the same bytes.</summary>
    private readonly byte[]?[] _pieces;

    public LLamaSharpTokenizer(SafeLlamaModelHandle model, IReadOnlyList<string> userDefined)
    {
        _model = model;
        UserDefinedTokens = userDefined;
        var vocabulary = model.Vocab;
        VocabularySize = vocabulary.Count;
        _pieces = new byte[VocabularySize][];
        _isEndOfGeneration = new bool[VocabularySize];
        _isControl = new bool[VocabularySize];
        var controls = new List<string>();
        for (var token = 0; token < VocabularySize; token++)
        {
            _isEndOfGeneration[token] = ((LLamaToken)token).IsEndOfGeneration(vocabulary);
            _isControl[token] = ((LLamaToken)token).IsControl(vocabulary);
            if (!_isControl[token]) continue;
            var spelling = Encoding.UTF8.GetString(Spell(token, special: true));
            if (spelling.Length > 0) controls.Add(spelling);
        }
        ControlTokens = controls;
        SpecialTokens = new SpecialTokens(SpellingOf(vocabulary.BOS), SpellingOf(vocabulary.EOS));
    }

    public int VocabularySize { get; }

    public IReadOnlyList<string> ControlTokens { get; }

    public IReadOnlyList<string> UserDefinedTokens { get; }

    public SpecialTokens SpecialTokens { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The text is larger than 1 GB in UTF-8.</exception>
    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) > 1 << 30) throw new ArgumentException("text of more than 1 GB", nameof(text));
        using var use = new HandleUse(_model);
        var tokens = _model.Tokenize(text, addSpecial, parseSpecial, Encoding.UTF8);
        return MemoryMarshal.Cast<LLamaToken, int>(tokens).ToArray();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlyMemory<byte> Piece(int token)
    {
        Check(token);
        return _pieces[token] ??= _isControl[token] ? [] : Spell(token, special: false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public bool IsEndOfGeneration(int token)
    {
        Check(token);
        return _isEndOfGeneration[token];
    }

    private string? SpellingOf(LLamaToken? token) =>
        token is { } id && (uint)(int)id < (uint)VocabularySize ? Encoding.UTF8.GetString(Spell((int)id, special: true)) : null;

    private byte[] Spell(int token, bool special)
    {
        using var use = new HandleUse(_model);
        Span<byte> buffer = stackalloc byte[64];
        var length = (int)_model.TokenToSpan(token, buffer, special: special);
        if (length <= buffer.Length) return buffer[..length].ToArray();
        var piece = new byte[length];
        length = (int)_model.TokenToSpan(token, piece, special: special);
        return length == piece.Length ? piece : throw new InvalidOperationException($"LLamaSharp could not spell token {token}");
    }

    private void Check(int token)
    {
        if ((uint)token >= (uint)VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(token), token, $"the vocabulary has {VocabularySize} tokens");
    }
}
