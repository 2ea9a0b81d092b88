using MultiagentFT.Debate.Tasks.Grading.Expressions;
using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>Reads 10:6 and 1:2:3. What looks like the time of a day, 9:30, is marked as such.</summary>
internal static class RatioReader
{
    public static Ratio? Read(TokenList tokens, int start, int end)
    {
        var terms = new List<Expr>();
        var from = start;
        for (var i = start; i <= end; i++)
        {
            if (i < end && !tokens[i].Is(":")) continue;
            if (ExpressionParser.Whole(tokens, from, i) is not { } term) return null;
            terms.Add(term);
            from = i + 1;
        }
        return terms.Count < 2 ? null : new Ratio(tokens.Text(start, end), terms, IsClock(tokens, start, end));
    }

    private static bool IsClock(TokenList tokens, int start, int end) =>
        end - start == 3 && tokens[start].IsWhole && tokens[start].Text.Length <= 2
        && tokens[end - 1].IsWhole && tokens[end - 1].Text.Length == 2;
}
