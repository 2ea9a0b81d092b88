using System.Text.RegularExpressions;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>
/// The letter of a choice in an answer: alone, in brackets, behind <c>\text</c> or words such as choice and option, or before its text, as in <c>B) Paris</c> and
/// <c>(B) Paris</c>.
/// </summary>
public static partial class ChoiceAnswer
{
    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline;

    /// <summary>What is in the last box of a reply; null without a usable one.</summary>
    /// <param name="reply">The text.</param>
    /// <param name="hasChoices">Whether it is the letter of a choice where it can be read as one (<see cref="IDebateTask.HasChoices"/>).</param>
    public static string? Last(string reply, bool hasChoices) => BoxedAnswer.Last(reply) is not { } answer ? null : hasChoices ? LetterOf(answer) ?? answer : answer;

    /// <summary>The letter in upper case; null where there is none, or where several are joined.</summary>
    internal static string? LetterOf(string answer) =>
        Pattern().Match(answer) is { Success: true } match && !Joined().IsMatch(match.Groups["rest"].Value) ? match.Groups["letter"].Value.ToUpperInvariant() : null;

    // A letter and a point right behind a point are those of an abbreviation: A.D.
    [GeneratedRegex(
        @"^\s*(\\(text|textbf|mathrm|mathbf)\s*\{)?\s*((the\s+)?((correct|right|best|final)\s+)?(answer|choice|option)(\s+is)?\s*:?\s*)?"
            + @"(\(\s*(?<letter>[A-Z])\s*\)(\s*\})?(?<rest>|[\s.:)\\~].*)|(?<letter>[A-Z])(\s*\})?(?<rest>\s*|\s*[):].*|\s*\.([^A-Z].*|[A-Z]|[A-Z][^.].*)?|\s+[-–]\s.*))$",
        Options)]
    private static partial Regex Pattern();

    /// <summary>What follows the first of several letters, as in (A) and (C), or a formula's letter in brackets.</summary>
    [GeneratedRegex(@"^[\s)\\~]*(\b(and|or|nor)\b|[&+/,])\s*\(?\s*[A-Z]\s*([).,}].*)?$|^[\s\\~]*(\(\s*[A-Z]\s*\)[\s.}]*$|[=<>*^])", Options)]
    private static partial Regex Joined();
}
