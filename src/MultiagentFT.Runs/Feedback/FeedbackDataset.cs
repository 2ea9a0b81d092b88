using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Feedback;

/// <summary>
/// Judgments as datasets in TRL's formats. Each answer or pair is one line: what most people think of it, by each one's last word; where as many think the
/// opposite there is none.
/// </summary>
public static class FeedbackDataset
{
    /// <summary>Writes <c>{"prompt", "chosen", "rejected"}</c> lines, atomically.</summary>
    /// <returns>Lines.</returns>
    public static int WritePairs(string path, IReadOnlyList<Judgment> judgments)
    {
        var pairs = Decided(judgments.OfType<Preference>()).Select(decided => new Pair(decided.Prompt, decided.Chosen, decided.Rejected)).ToList();
        JsonLines.Write(path, pairs, JsonFormats.Line);
        return pairs.Count;
    }

    /// <summary>
    /// Writes <c>{"prompt", "completion", "label"}</c> lines, atomically: marked answers, and of every pair the chosen answer as a good one and the other as a
    /// bad one, where nobody has marked it.
    /// </summary>
    /// <returns>Lines.</returns>
    public static int WriteLabelled(string path, IReadOnlyList<Judgment> judgments)
    {
        var marks = judgments.OfType<Mark>().ToList();
        var marked = marks.Select(mark => mark.Item).ToHashSet(StringComparer.Ordinal);
        var fromPairs = FeedbackSummary.Latest(judgments).OfType<Preference>().SelectMany<Preference, Mark>(pair =>
        [
            new(pair.Format, pair.At, pair.By, pair.Prompt, pair.Chosen, Label: true, pair.ChosenFrom),
            new(pair.Format, pair.At, pair.By, pair.Prompt, pair.Rejected, Label: false, pair.RejectedFrom),
        ]).Where(mark => !marked.Contains(mark.Item));
        // A person may have chosen an answer from one pair and rejected it in another: all that was said counts.
        var labelled = Decided(marks).Concat(Majority(fromPairs)).Select(decided => new Labelled(decided.Prompt, decided.Completion, decided.Label)).ToList();
        JsonLines.Write(path, labelled, JsonFormats.Line);
        return labelled.Count;
    }

    private static IEnumerable<T> Decided<T>(IEnumerable<T> judgments)
        where T : Judgment => Majority(FeedbackSummary.Latest([.. judgments]).Cast<T>());

    private static IEnumerable<T> Majority<T>(IEnumerable<T> judgments)
        where T : Judgment => judgments.GroupBy(judgment => judgment.Item, StringComparer.Ordinal)
        .Select(group => (Group: group, Balance: group.Sum(judgment => judgment.Verdict ? 1 : -1)))
        .Where(decided => decided.Balance != 0)
        .Select(decided => decided.Group.First(judgment => judgment.Verdict == decided.Balance > 0));

    private sealed record Pair(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<ChatMessage> Chosen, IReadOnlyList<ChatMessage> Rejected);

    private sealed record Labelled(IReadOnlyList<ChatMessage> Prompt, IReadOnlyList<ChatMessage> Completion, bool Label);
}
