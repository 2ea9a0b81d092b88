using System.Text.RegularExpressions;

namespace MultiagentFT.Remote.Tests.Endpoint;

/// <summary>Answers that are a function of the request: a model errs in some of its answers, and in fewer after each finetuning.</summary>
internal static partial class Rule
{
    public static string Answer(ChatCall call)
    {
        if (call.Last.Contains("Summarize", StringComparison.Ordinal)) return "They disagree about the result.";
        if (Expression().Match(call.First) is not { Success: true } match) return "I say \\boxed{yes}";
        var n = match.Groups.Values.Skip(1).Select(group => int.Parse(group.Value)).ToArray();
        var value = n[0] + (n[1] * n[2]) + n[3] - (n[4] * n[5]);
        var finetunings = call.Model.Split("ft:").Length - 1;
        var draw = (int)((ulong)(call.Seed * 2654435761 + value) % 97 % 10);
        return $"Step by step \\boxed{{{(draw < 4 + (3 * finetunings) ? value : value + 1 + draw)}}}";
    }

    public static int Tokens(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    [GeneratedRegex(@"(\d+)\+(\d+)\*(\d+)\+(\d+)-(\d+)\*(\d+)")]
    private static partial Regex Expression();
}
