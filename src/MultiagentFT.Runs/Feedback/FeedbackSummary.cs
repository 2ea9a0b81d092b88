namespace MultiagentFT.Runs.Feedback;

/// <summary>How people agree with each other and with the votes of the debates. Of several judgments of a person on the same answers the last one counts.</summary>
/// <param name="Judgments">Those that count.</param>
/// <param name="Replaced">Those that a later one of the same person has replaced.</param>
/// <param name="People">By name.</param>
/// <param name="BetweenPeople">Each two people on each of the same answers.</param>
/// <param name="WithVote">Each judgment on answers of which the vote says which is better: where one of a pair equals it, or of a single answer whether it does.</param>
public sealed record FeedbackSummary(int Judgments, int Replaced, IReadOnlyList<PersonFeedback> People, AgreementShare BetweenPeople, AgreementShare WithVote)
{
    /// <param name="judgments">Oldest first.</param>
    public static FeedbackSummary Of(IReadOnlyList<Judgment> judgments)
    {
        var counting = Latest(judgments);
        var comparisons = counting.GroupBy(judgment => judgment.Item, StringComparer.Ordinal).SelectMany(group => Pairs([.. group])).ToList();
        PersonFeedback[] people =
        [
            .. counting.GroupBy(judgment => judgment.By, StringComparer.Ordinal).OrderBy(own => own.Key, StringComparer.Ordinal).Select(own => new PersonFeedback(
                own.Key,
                own.Count(judgment => judgment is Preference),
                own.Count(judgment => judgment is Mark),
                AgreementShare.Count([.. comparisons.Where(pair => pair.First == own.Key || pair.Second == own.Key).Select(pair => pair.Agrees)]),
                AgreementShare.Count([.. own.Select(judgment => judgment.AgreesWithVote).OfType<bool>()]))),
        ];
        return new FeedbackSummary(
            counting.Count,
            judgments.Count - counting.Count,
            people,
            AgreementShare.Count([.. comparisons.Select(pair => pair.Agrees)]),
            AgreementShare.Count([.. counting.Select(judgment => judgment.AgreesWithVote).OfType<bool>()]));
    }

    /// <summary>The last judgment of each person on each answer or pair, in the order in which they came.</summary>
    internal static IReadOnlyList<Judgment> Latest(IReadOnlyList<Judgment> judgments) =>
        [.. judgments.Index().GroupBy(entry => (entry.Item.By, entry.Item.Item)).Select(group => group.Last()).OrderBy(entry => entry.Index).Select(entry => entry.Item)];

    private static IEnumerable<(string First, string Second, bool Agrees)> Pairs(Judgment[] same)
    {
        for (var first = 0; first < same.Length; first++)
        {
            for (var second = first + 1; second < same.Length; second++) yield return (same[first].By, same[second].By, same[first].Verdict == same[second].Verdict);
        }
    }
}
