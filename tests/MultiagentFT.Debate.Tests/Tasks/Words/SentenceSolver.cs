using System.Text.RegularExpressions;

namespace MultiagentFT.Debate.Tests.Tasks.Words;

/// <summary>Answers a word problem from its sentences alone: who has how many after each of them.</summary>
internal static partial class SentenceSolver
{
    public static int Solve(string question)
    {
        var counts = new Dictionary<string, int>();
        var (subject, share) = ("", 0);
        foreach (var sentence in question.Split(". "))
        {
            if (Asked().Match(sentence) is { Success: true } asked) return asked.Groups[1].Value == "each" ? share : counts[asked.Groups[1].Value];
            if (Shared().Match(sentence) is { Success: true } shared)
            {
                share = Math.DivRem(counts[subject], Number(shared, 1), out var rest);
                if (rest != 0) throw new InvalidDataException($"not even: {question}");
                continue;
            }
            var has = Has().Match(sentence);
            if (!has.Success) throw new InvalidDataException($"no sentence of the grammar: {sentence}");
            subject = has.Groups["who"].Value;
            counts[subject] = has switch
            {
                _ when has.Groups["box"].Success => Number(has, "count") * Number(has, "box"),
                _ when has.Groups["more"].Success => counts[has.Groups["than"].Value] + Number(has, "more"),
                _ when has.Groups["fewer"].Success => counts[has.Groups["than"].Value] - Number(has, "fewer"),
                _ when has.Groups["twice"].Success => counts[has.Groups["than"].Value] * 2,
                _ when has.Groups["times"].Success => counts[has.Groups["than"].Value] * Number(has, "times"),
                _ => Number(has, "count"),
            };
            foreach (Match change in Change().Matches(has.Groups["rest"].Value))
                counts[subject] += change.Groups[1].Value is "gets" or "wins" ? Number(change, 2) : -Number(change, 2);
        }
        throw new InvalidDataException($"nothing is asked: {question}");
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value);

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value);

    [GeneratedRegex(@"^(?<who>\w+) has (?:(?<more>\d+) more than (?<than>\w+)|(?<fewer>\d+) fewer than (?<than>\w+)|(?<twice>twice) as many as (?<than>\w+)|(?<times>\d+) times as many as (?<than>\w+)|(?<count>\d+) boxes, each with (?<box>\d+) \w+|(?<count>\d+) \w+)(?<rest>(?:, (?:(?:gets|wins|loses)|gives \w+) \d+)*)\.?$")]
    private static partial Regex Has();

    [GeneratedRegex(@", (gets|wins|loses|gives \w+) (\d+)")]
    private static partial Regex Change();

    [GeneratedRegex(@"^They are shared evenly by (\d+) men$")]
    private static partial Regex Shared();

    [GeneratedRegex(@"^How many has (\w+)(?: left)?\?$")]
    private static partial Regex Asked();
}
