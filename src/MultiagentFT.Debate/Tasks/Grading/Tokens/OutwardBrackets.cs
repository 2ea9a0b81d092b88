namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>Turns the outward brackets of open intervals, ]1,2[, into round ones.</summary>
internal static class OutwardBrackets
{
    public static List<Token> Turn(List<Token> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is("]") && (i == 0 || StartsOperand(tokens[i - 1]))) tokens[i] = tokens[i] with { Text = "(" };
            else if (tokens[i].Is("[") && i > 0 && !StartsOperand(tokens[i - 1]) && (i + 1 == tokens.Count || EndsOperand(tokens[i + 1])))
                tokens[i] = tokens[i] with { Text = ")" };
        }
        return tokens;
    }

    private static bool StartsOperand(Token before) =>
        before.Is("=") || before.Is(",") || before.IsCommand("cup") || before.IsCommand("cap") || before.IsCommand("in");

    private static bool EndsOperand(Token after) =>
        after.Is(",") || after.Is(".") || after.IsCommand("cup") || after.IsCommand("cap");
}
