using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>A family of generated problems with answers that the product's grader compares.</summary>
/// <param name="name">The name in configurations.</param>
/// <param name="mode">Which rules decide whether two answers are equal.</param>
/// <param name="draw">Draws a problem of a split.</param>
public abstract class GeneratedTask<TProblem>(string name, GradingMode mode, Func<Split, SplitMix64, TProblem> draw) : IDebateTask
    where TProblem : IGeneratedProblem
{
    /// <summary>After this many draws that bring nothing new a split is taken to be exhausted.</summary>
    private const int MostRepeats = 1_000;

    public string Name => name;

    public GradingMode? Grading => mode;

    public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed) =>
        [.. Problems(split, count, seed).Select(problem => new Problem(problem.Id, problem.Question, problem.Answer))];

    /// <summary>What <see cref="Draw"/> gives, in its order.</summary>
    /// <exception cref="InputException">The split is all, or does not hold that many.</exception>
    public IReadOnlyList<TProblem> Problems(Split split, int count, Seed seed)
    {
        if (split == Split.All) throw new InputException(name, "split", "pretraining, development, training or evaluation, as all are too many", "all");
        var random = seed.Of(name).Of(split.ToString()).Generator();
        var problems = new OrderedDictionary<string, TProblem>();
        for (var repeats = 0; problems.Count < count;)
        {
            var problem = draw(split, random);
            repeats = problems.TryAdd(problem.Id, problem) ? 0 : repeats + 1;
            if (repeats > MostRepeats)
                throw new InputException(name, $"split {split.ToString().ToLowerInvariant()}", $"at most about {problems.Count} problems", $"{count}");
        }
        return [.. problems.Values];
    }

    public string? Extract(string reply) => BoxedAnswer.Last(reply);

    public bool Same(string left, string right) => AnswerGrader.Same(left, right, mode);
}
