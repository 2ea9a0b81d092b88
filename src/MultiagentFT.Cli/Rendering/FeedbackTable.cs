using System.Globalization;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Feedback;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>How people agree with each other and with the votes.</summary>
internal static class FeedbackTable
{
    private static readonly string[] Headers = ["person", "preferences", "marks", "agreement with others", "agreement with the vote"];

    private static readonly string[] NarrowHeaders = ["person", "judged", "others", "vote"];

    public static void Write(IAnsiConsole console, FeedbackSummary summary)
    {
        if (summary.Judgments == 0)
        {
            console.WriteLine("No feedback yet: people judge answers on the page of mft serve.");
            return;
        }
        Columns.Write(
            console,
            new Columns(Headers, [.. summary.People.Select(person => (string[])
                [Printable.Line(person.Name), Invariant($"{person.Preferences}"), Invariant($"{person.Marks}"), Long(person.WithOthers), Long(person.WithVote)])]),
            new Columns(NarrowHeaders, [.. summary.People.Select(person => (string[])
                [Printable.Line(person.Name), Invariant($"{person.Preferences + person.Marks}"), Short(person.WithOthers), Short(person.WithVote)])]));
        console.WriteLine(Invariant($"{summary.Judgments} judgments count, {summary.Replaced} were replaced by a later one of the same person."));
        console.WriteLine($"Between people: {Long(summary.BetweenPeople)}. With the vote: {Long(summary.WithVote)}.");
    }

    /// <summary>Such as <c>80.0 % of 10 (49.0 to 94.3)</c>, with the 95 % interval.</summary>
    private static string Long(AgreementShare agreement) => agreement is { Share: { } share, Interval: { } interval }
        ? Invariant($"{share * 100:0.0} % of {agreement.Of} ({interval.Low * 100:0.0} to {interval.High * 100:0.0})")
        : "nothing to compare";

    private static string Short(AgreementShare agreement) => agreement.Share is { } share ? Invariant($"{share * 100:0} % of {agreement.Of}") : "-";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
