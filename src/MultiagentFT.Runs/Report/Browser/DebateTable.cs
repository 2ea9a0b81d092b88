using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Report.Browser;

/// <summary>The debates of a run by problem and evaluation.</summary>
/// <param name="Evaluations">Methods by iteration, with their titles.</param>
/// <param name="Problems">In the order in which they were first put.</param>
internal sealed record DebateTable(IReadOnlyList<(Evaluation Evaluation, string Title)> Evaluations, IReadOnlyList<BrowsedProblem> Problems)
{
    public int Debates => Evaluations.Sum(column => column.Evaluation.Transcripts.Count);

    /// <summary>The evaluation that is listed first: the last one in which agents answered each other, as its examples are shown above.</summary>
    public Evaluation? First => (Evaluations.LastOrDefault(column => column.Evaluation.IsDebate) is { Evaluation: not null } debate ? debate : Evaluations.LastOrDefault()).Evaluation;

    public static DebateTable Of(ReportData data)
    {
        var problems = new List<BrowsedProblem>();
        var known = new Dictionary<(string Id, string Question, string? Truth, int Occurrence), BrowsedProblem>();
        foreach (var (column, evaluation) in data.Evaluations.Index())
        {
            var occurrences = new Dictionary<(string, string, string?), int>();
            foreach (var transcript in evaluation.Transcripts)
            {
                var key = (transcript.ProblemId, transcript.Question, transcript.Truth);
                var occurrence = occurrences[key] = occurrences.GetValueOrDefault(key) + 1;
                var of = (transcript.ProblemId, transcript.Question, transcript.Truth, occurrence);
                if (!known.TryGetValue(of, out var problem))
                {
                    known[of] = problem = new BrowsedProblem(problems.Count + 1, transcript.Question, transcript.Truth, new Transcript?[data.Evaluations.Count]);
                    problems.Add(problem);
                }
                problem.Debates[column] = transcript;
            }
        }
        return new DebateTable([.. data.Evaluations.Select(evaluation => (evaluation, data.Label(evaluation.Method.Key, evaluation.Iteration)))], problems);
    }
}
