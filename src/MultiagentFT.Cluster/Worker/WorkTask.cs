using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cluster.Worker;

/// <summary>Problems that were sent, graded as their task has them.</summary>
internal sealed class WorkTask(IReadOnlyList<Problem> problems, GradingMode grading, bool hasChoices) : IDebateTask
{
    public string Name => "work";

    public GradingMode? Grading => grading;

    public bool HasChoices => hasChoices;

    /// <inheritdoc/>
    public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed) =>
        count <= problems.Count ? [.. problems.Take(count)] : throw new InputException(Name, null, $"{count} problems", $"{problems.Count}");

    public string? Extract(string reply) => ChoiceAnswer.Last(reply, hasChoices);

    public bool Same(string left, string right) => AnswerGrader.Same(left, right, grading);
}
