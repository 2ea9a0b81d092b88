using System.Text.RegularExpressions;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>The letter of a choice in an answer: alone, in brackets, behind <c>\text</c> or words such as choice and option, or before its text, as in <c>B) Paris</c>.</summary>
internal static partial class ChoiceAnswer
{
    /// <summary>The letter in upper case; null where there is none.</summary>
    public static string? LetterOf(string answer) =>
        Pattern().Match(answer) is { Success: true } match ? match.Groups["letter"].Value.ToUpperInvariant() : null;

    [GeneratedRegex(
        @"^\s*(\\(text|textbf|mathrm|mathbf)\s*\{)?\s*((the\s+)?(answer|choice|option)(\s+is)?\s*:?\s*)?(\(\s*(?<letter>[A-Z])\s*\)|(?<letter>[A-Z]))(\s*\})?(\s*$|\s*[).:]|\s+[-–]\s)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
