using System.Globalization;
using System.Text.Json.Serialization;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Runs.Results;

/// <summary>
/// What debates do to answers, whatever is right: known without labels. Agents that mend mistakes come to answers that one of them had given first; where many revised answers are new to
/// the debate, votes of the last round were worse than those of the first, or hardly better, wherever it was measured (log of experiments, 2026-11-27).
/// </summary>
/// <param name="Revised">Usable last answers of debates with more than one round.</param>
/// <param name="New">Those of them that equal no first answer of their debate.</param>
/// <param name="Unanimous">Debates that went on although all agents had given the same answer first.</param>
/// <param name="Overturned">Those of them whose last vote is for another answer, or none.</param>
public sealed record RevisionFigures(int Revised, int New, int Unanimous, int Overturned)
{
    /// <summary>Between the shares of base debates on training problems of three families: 0.13 where debates gain, 0.57 and 0.58 where they do not.</summary>
    private const double MostNew = 1 / 3.0;

    /// <summary>Fewer answers tell no share.</summary>
    private const int FewestRevised = 30;

    /// <summary>Share of revised answers that are new, in [0, 1]; null where none was revised.</summary>
    [JsonIgnore]
    public double? NewShare => Revised == 0 ? null : New / (double)Revised;

    /// <param name="transcripts">One evaluation.</param>
    /// <param name="task">Compares answers.</param>
    /// <returns>Null where no debate had more than one round.</returns>
    public static RevisionFigures? Of(IEnumerable<Transcript> transcripts, IDebateTask task)
    {
        var (debates, revised, added, unanimous, overturned) = (0, 0, 0, 0, 0);
        foreach (var debate in transcripts.Where(transcript => transcript.Rounds > 1))
        {
            debates++;
            List<string> first = [.. AnswersOf(debate, 1)];
            foreach (var answer in AnswersOf(debate, debate.Rounds))
            {
                revised++;
                if (!first.Exists(other => task.Same(other, answer))) added++;
            }
            if (debate.IsContested) continue;
            unanimous++;
            if (debate.Vote is not { } vote || !task.Same(debate.Votes[0].Answer!, vote)) overturned++;
        }
        return debates == 0 ? null : new RevisionFigures(revised, added, unanimous, overturned);

        static IEnumerable<string> AnswersOf(Transcript debate, int round) => debate.Turns.Where(turn => turn.Round == round).Select(turn => turn.Answer).OfType<string>();
    }

    /// <summary>Those of several evaluations together; null where none has any.</summary>
    public static RevisionFigures? Pool(IEnumerable<RevisionFigures?> figures) => figures.OfType<RevisionFigures>().ToList() is { Count: > 0 } known
        ? new RevisionFigures(known.Sum(of => of.Revised), known.Sum(of => of.New), known.Sum(of => of.Unanimous), known.Sum(of => of.Overturned))
        : null;

    /// <summary>Why little good can come of these debates; null where nothing says so.</summary>
    public string? Warning() => Revised >= FewestRevised && NewShare > MostNew
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * NewShare:0} % of revised answers are ones that no agent had given first: such debates have lost accuracy or gained next to none wherever it was measured")
        : null;
}
