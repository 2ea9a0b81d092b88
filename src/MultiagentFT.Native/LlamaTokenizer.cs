using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Handles;
using MultiagentFT.Native.Interop;
using MultiagentFT.Templates;

namespace MultiagentFT.Native;

/// <summary>The model's tokenizer as llama.cpp runs it.</summary>
internal sealed unsafe class LlamaTokenizer : ITokenizer
{
    private readonly ModelHandle _model;
    private readonly nint _vocabulary;
    private readonly bool[] _isEndOfGeneration;

    /// <summary>Filled on first use; two threads that fill the same entry write the same bytes.</summary>
    private readonly byte[]?[] _pieces;

    public LlamaTokenizer(ModelHandle model, IReadOnlyList<string> userDefined)
    {
        _model = model;
        UserDefinedTokens = userDefined;
        _vocabulary = LlamaMethods.ModelVocabulary(model);
        VocabularySize = LlamaMethods.VocabularySize(_vocabulary);
        _pieces = new byte[VocabularySize][];
        _isEndOfGeneration = new bool[VocabularySize];
        var controls = new List<string>();
        for (var token = 0; token < VocabularySize; token++)
        {
            _isEndOfGeneration[token] = LlamaMethods.IsEndOfGeneration(_vocabulary, token) != 0;
            if (LlamaMethods.IsControl(_vocabulary, token) == 0) continue;
            if (SpellingOf(token) is { Length: > 0 } spelling) controls.Add(spelling);
        }
        ControlTokens = controls;
        SpecialTokens = new SpecialTokens(SpellingOf(LlamaMethods.BeginOfText(_vocabulary)), SpellingOf(LlamaMethods.EndOfText(_vocabulary)));
    }

    public int VocabularySize { get; }

    public IReadOnlyList<string> ControlTokens { get; }

    public IReadOnlyList<string> UserDefinedTokens { get; }

    public SpecialTokens SpecialTokens { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The text is larger than 1 GB in UTF-8.</exception>
    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (size > 1 << 30) throw new ArgumentException("text of more than 1 GB", nameof(text));
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        // A token stands for at least one byte, except the markers at both ends.
        var tokens = ArrayPool<int>.Shared.Rent(size + 2);
        try
        {
            var length = Encoding.UTF8.GetBytes(text, bytes);
            var count = Tokenize(bytes, length, tokens, addSpecial, parseSpecial);
            if (count < 0)
            {
                ArrayPool<int>.Shared.Return(tokens);
                tokens = ArrayPool<int>.Shared.Rent(-count);
                count = Tokenize(bytes, length, tokens, addSpecial, parseSpecial);
            }
            return count >= 0 ? tokens[..count] : throw new InvalidOperationException($"llama.cpp could not tokenize {length} bytes");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<int>.Shared.Return(tokens);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlyMemory<byte> Piece(int token)
    {
        Check(token);
        return _pieces[token] ??= ReadPiece(token);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public bool IsEndOfGeneration(int token)
    {
        Check(token);
        return _isEndOfGeneration[token];
    }

    private int Tokenize(byte[] text, int length, int[] tokens, bool addSpecial, bool parseSpecial)
    {
        using var use = new HandleUse(_model);
        fixed (byte* source = text)
        fixed (int* destination = tokens)
        {
            return LlamaMethods.Tokenize(
                _vocabulary, source, length, destination, tokens.Length, addSpecial ? (byte)1 : (byte)0, parseSpecial ? (byte)1 : (byte)0);
        }
    }

    /// <summary>Null where there is no such token, or no text can have it.</summary>
    private string? SpellingOf(int token) =>
        (uint)token < (uint)VocabularySize ? TextOf(LlamaMethods.TokenText(_vocabulary, token)) : null;

    private static string? TextOf(byte* spelling)
    {
        if (spelling is null) return null;
        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(spelling);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    private byte[] ReadPiece(int token)
    {
        using var use = new HandleUse(_model);
        if (LlamaMethods.IsControl(_vocabulary, token) != 0) return [];
        Span<byte> buffer = stackalloc byte[64];
        int length;
        fixed (byte* destination = buffer) length = LlamaMethods.TokenToPiece(_vocabulary, token, destination, buffer.Length, 0, 0);
        if (length >= 0) return buffer[..length].ToArray();
        var piece = new byte[-length];
        fixed (byte* destination = piece) length = LlamaMethods.TokenToPiece(_vocabulary, token, destination, piece.Length, 0, 0);
        return length == piece.Length ? piece : throw new InvalidOperationException($"llama.cpp could not spell token {token}");
    }

    private void Check(int token)
    {
        if ((uint)token >= (uint)VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(token), token, $"the vocabulary has {VocabularySize} tokens");
    }
}
