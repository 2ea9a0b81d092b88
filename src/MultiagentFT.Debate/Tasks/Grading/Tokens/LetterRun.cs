namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>
/// Decides what a run of letters outside of <c>\text{}</c> is: one command, one name in capitals, a word, or letters
/// side by side. No rule is right for all; words that are taken for products (IX, on) would make unequal answers equal.
/// </summary>
internal static class LetterRun
{
    private static readonly string[] Alphabets = ["abcd", "uvwxyz", "pqrst", "jklmn"];

    private static readonly HashSet<string> ShortWords =
    [
        "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my", "no", "of", "on", "or", "so", "to", "up",
        "us", "we", "and", "the", "for", "all", "not", "yes", "per", "bad", "dab", "cab", "dad", "add",
    ];

    /// <param name="run">Letters alone.</param>
    /// <param name="isAttached">Whether something stands before it without a blank.</param>
    /// <param name="followsOperand">Whether a number or a group ends before it.</param>
    public static TokenKind Kind(string run, bool isAttached, bool followsOperand)
    {
        if (run.Length == 1) return TokenKind.Letter;
        if (Commands.Bare.Contains(run)) return TokenKind.Command;
        var lower = run.ToLowerInvariant();
        if (followsOperand && (Units.UnitNames.Knows(lower) || Units.Magnitudes.Of(lower) is not null)) return TokenKind.Word;
        if (lower is "or" or "and") return TokenKind.Word;
        if (ShortWords.Contains(lower)) return TokenKind.Word;
        if (run.All(char.IsUpper) || (run.Length == 2 && char.IsUpper(run[0]))) return TokenKind.Label;
        if (run.Length == 2) return TokenKind.Letter;
        if (!run.All(char.IsAscii)) return TokenKind.Word;
        if (Alphabets.Any(alphabet => lower.All(alphabet.Contains))) return TokenKind.Letter;
        if (run.Length == 3) return isAttached || !HasVowel(lower) ? TokenKind.Letter : TokenKind.Word;
        return HasVowel(lower) || !isAttached ? TokenKind.Word : TokenKind.Letter;
    }

    /// <summary>Whether letters that could be a product are taken for a word.</summary>
    public static bool IsShortWord(string run) => run.All(char.IsLower) && ShortWords.Contains(run);

    private static bool HasVowel(string run) => run.AsSpan().IndexOfAny("aeiouy") >= 0;
}
