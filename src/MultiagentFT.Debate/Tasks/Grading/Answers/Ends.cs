using MultiagentFT.Debate.Tasks.Grading.Tokens;

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>Drops what says nothing at the ends of an answer: a period, a line break, a leading equals sign, braces around all.</summary>
internal static class Ends
{
    public static (int Start, int End) Trim(TokenList tokens, int start, int end)
    {
        while (start < end)
        {
            if (tokens[end - 1].Kind == TokenKind.Symbol && tokens[end - 1].Text is "." or "\\\\" or ";" or ",") end--;
            else if (tokens[start].Is("=") || tokens[start].Is("\\\\")) start++;
            else if (tokens[start].Is("{") && tokens.Partner(start) == end - 1) (start, end) = (start + 1, end - 1);
            else break;
        }
        return (start, end);
    }
}
