using System.Globalization;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Methods;

namespace MultiagentFT.Runs.Results;

/// <summary>
/// Accuracy of the base model (its greedy answer, where that was measured) and of the last finetuned society by how hard the evaluation problems are: by the levels of
/// their file where there are several, else by how many of the base's sampled answers are right, in up to four groups of about as many problems (quartiles, which do not
/// part problems of which equally many answers are right). These answers sort the problems: where the base's row stands on the same answers its accuracy rises from group
/// to group by construction.
/// </summary>
/// <param name="By">What tells how hard a problem is.</param>
/// <param name="AnswersOf">Key of the method whose first answers were counted; null by level.</param>
/// <param name="Groups">The hardest first by answers, by number and name by level. Problems whose right answer is not known are in none.</param>
public sealed record Difficulty(DifficultyMeasure By, string? AnswersOf, IReadOnlyList<DifficultyGroup> Groups)
{
    private const int Quantiles = 4;

    private const string NoLevel = "no level";

    /// <summary>Null where no right answer is known, nothing was measured, or all problems are equally hard.</summary>
    /// <param name="evaluations">Of the same problems, in the order of tables.</param>
    /// <param name="problems">In the order of the transcripts.</param>
    /// <param name="task">Compares answers.</param>
    public static Difficulty? Of(IReadOnlyList<Evaluation> evaluations, IReadOnlyList<Problem> problems, IDebateTask task)
    {
        int[] known = [.. Enumerable.Range(0, problems.Count).Where(index => problems[index].Answer is not null)];
        Evaluation[] shown = [.. ((Evaluation?[])[Base(evaluations), Society(evaluations)]).OfType<Evaluation>()];
        if (known.Length == 0 || shown.Length == 0) return null;
        var levels = known.GroupBy(index => problems[index].Level ?? NoLevel).ToList();
        if (levels.Count > 1) return new Difficulty(DifficultyMeasure.Level, null, [.. levels.OrderBy(level => Number(level.Key)).ThenBy(level => level.Key, StringComparer.Ordinal).Select(level => Group(level.Key, [.. level]))]);
        if (Sampled(evaluations) is not { } sampled) return null;
        var right = known.ToDictionary(index => index, index => RightAnswers(sampled.Transcripts[index], task));
        var ranges = Ranges([.. right.Values.Order()], Answers(sampled));
        return ranges.Count < 2 ? null : new Difficulty(
            DifficultyMeasure.BaseAnswers, sampled.Method.Key, [.. ranges.Select(range => Group(range.Name, [.. known.Where(index => right[index] >= range.Low && right[index] <= range.High)]))]);

        DifficultyGroup Group(string name, int[] members) => new(name, members.Length, [.. shown.Select(evaluation =>
        {
            var accuracy = Accuracy.Of(members.Select(index => evaluation.Transcripts[index]));
            return new DifficultyAccuracy(
                evaluation.Method.Key, evaluation.Iteration, members.Count(index => evaluation.Transcripts[index].Correct == true), accuracy.Mean, accuracy.Interval);
        })]);
    }

    /// <summary>Ranges of right answers, each up to a quartile of the problems.</summary>
    /// <param name="right">Right answers of each problem, ascending.</param>
    /// <param name="answers">Answers to each problem.</param>
    private static List<(int Low, int High, string Name)> Ranges(int[] right, int answers)
    {
        var ends = Enumerable.Range(1, Quantiles).Select(part => right[(((part * right.Length) + Quantiles - 1) / Quantiles) - 1]).Distinct().ToArray();
        var ranges = new List<(int, int, string)>();
        for (var at = 0; at < ends.Length; at++)
        {
            var (low, high) = (at == 0 ? 0 : ends[at - 1] + 1, at == ends.Length - 1 ? answers : ends[at]);
            ranges.Add((low, high, string.Create(CultureInfo.InvariantCulture, $"{(low == high ? "" : $"{low} to ")}{high} of {answers} right")));
        }
        return ranges;
    }

    private static int RightAnswers(Transcript transcript, IDebateTask task) =>
        transcript.Turns.Count(turn => turn is { Round: 1, Answer: { } answer } && task.Same(answer, transcript.Truth!));

    private static int Answers(Evaluation evaluation) => evaluation.Transcripts[0].Turns.Count(turn => turn.Round == 1);

    private static Evaluation? Base(IReadOnlyList<Evaluation> evaluations)
    {
        var baselines = evaluations.Where(evaluation => evaluation.Method.Role == MethodRole.Baseline).ToList();
        return baselines.Find(evaluation => evaluation.Method.Key == GreedyMethod.Key) ?? baselines.FirstOrDefault();
    }

    private static Evaluation? Society(IReadOnlyList<Evaluation> evaluations) =>
        evaluations.LastOrDefault(evaluation => evaluation.Method.Role == MethodRole.FinetunedSociety)
        ?? evaluations.LastOrDefault(evaluation => evaluation.Method.Role == MethodRole.FinetunedAgent);

    /// <summary>The baseline with the most sampled answers, the first of several with as many; null where none has two.</summary>
    private static Evaluation? Sampled(IReadOnlyList<Evaluation> evaluations) => evaluations
        .Where(evaluation => evaluation.Method.Role == MethodRole.Baseline && Answers(evaluation) > 1)
        .OrderByDescending(Answers).FirstOrDefault();

    /// <summary>Of <c>Level 5</c>, 5; levels without a number come last.</summary>
    private static double Number(string level) =>
        double.TryParse(level.AsSpan(level.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture, out var number) ? number : double.PositiveInfinity;
}
