using System.Text;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Tests.Fakes;

/// <summary>A token for each byte, then end of turn, then beginning of text.</summary>
internal sealed class FakeTokenizer : ITokenizer
{
    public const int EndOfTurn = 256;
    public const int BeginOfText = 257;
    public const string BeginMarkup = "<begin>";
    public const string EndMarkup = "<end>";

    private static readonly byte[][] Pieces = [.. Enumerable.Range(0, 256).Select(b => new[] { (byte)b }), [], []];

    public int VocabularySize => 258;

    public IReadOnlyList<string> ControlTokens { get; } = ["<e", EndMarkup, BeginMarkup];

    public IReadOnlyList<string> UserDefinedTokens { get; init; } = [];

    /// <summary>Whether it puts an end behind every text.</summary>
    public bool EndsTexts { get; init; }

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        var tokens = new List<int>();
        if (addSpecial) tokens.Add(BeginOfText);
        if (parseSpecial && text.StartsWith(BeginMarkup, StringComparison.Ordinal))
        {
            tokens.Add(BeginOfText);
            text = text[BeginMarkup.Length..];
        }
        tokens.AddRange(Encoding.UTF8.GetBytes(text).Select(b => (int)b));
        if (addSpecial && EndsTexts) tokens.Add(EndOfTurn);
        return [.. tokens];
    }

    public ReadOnlyMemory<byte> Piece(int token) => Pieces[token];

    public bool IsEndOfGeneration(int token) => token == EndOfTurn;
}
