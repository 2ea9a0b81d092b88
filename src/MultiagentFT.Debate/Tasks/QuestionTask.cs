using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>One question of the user's own, whatever its subject: answers are compared as those of word problems are.</summary>
public sealed class QuestionTask(Problem problem, GradingMode mode = GradingMode.Default) : IDebateTask
{
    public string Name => "question";

    /// <inheritdoc />
    public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed) =>
        count <= 1 ? [.. Enumerable.Repeat(problem, count)] : throw new InputException(Name, $"split {split}", $"{count} problems", "1");

    /// <inheritdoc />
    public int? Available(Split split) => 1;

    public GradingMode? Grading => mode;

    public string? Extract(string reply) => BoxedAnswer.Last(reply);

    public bool Same(string left, string right) => AnswerGrader.Same(left, right, mode);
}
