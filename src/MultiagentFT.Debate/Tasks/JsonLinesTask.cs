using System.Text.Json;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>
/// Problems from a JSON Lines file, as GSM8K (question, answer), MATH (problem, solution) and their kin write them.
/// A fixed hash of the question decides its split, so the splits are disjoint whatever the seeds and however often
/// the file repeats a question: 10 % development, 45 % training, 45 % evaluation, nothing for pretraining.
/// </summary>
public sealed class JsonLinesTask : IDebateTask
{
    private const int DevelopmentPercent = 10;
    private const int TrainingPercent = 45;

    private readonly Dictionary<Split, List<Problem>> _problems = [];

    private readonly GradingMode _mode;

    private JsonLinesTask(string path, GradingMode mode) => (Name, _mode) = (path, mode);

    /// <summary>The path of the file.</summary>
    public string Name { get; }

    /// <summary>Reads and checks the whole file; a question that is there more than once counts once.</summary>
    /// <exception cref="InputException">The file is missing or empty, or a line is no problem (file and line named).</exception>
    public static JsonLinesTask Open(string path, GradingMode mode = GradingMode.Default)
    {
        var task = new JsonLinesTask(path, mode);
        var questions = new HashSet<string>(StringComparer.Ordinal);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (line, fields) in JsonLines.ReadNumbered<JsonElement>(path, JsonFormats.Line))
        {
            var problem = new JsonLinesProblem(path, line, fields).Read();
            var question = Normalize(problem.Question);
            if (!questions.Add(question)) continue;
            if (!ids.TryAdd(problem.Id, line))
                throw new InputException(path, $"line {line}: id", $"an id of its own (line {ids[problem.Id]} has it)", problem.Id);
            task.Of(SplitOf(question)).Add(problem);
        }
        if (questions.Count == 0) throw new InputException(path, null, "problems, one a line", "none");
        return task;
    }

    /// <inheritdoc />
    public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed)
    {
        var pool = Of(split).ToArray();
        if (count > pool.Length)
        {
            var all = _problems.Values.Sum(part => part.Count);
            throw new InputException(Name, $"split {split}", $"{count} problems", $"{pool.Length} of {all}");
        }
        seed.Of("json-lines").Of(split.ToString()).Generator().Shuffle<Problem>(pool);
        return pool[..count];
    }

    public string? Extract(string reply) => BoxedAnswer.Last(reply);

    public bool Same(string left, string right) => AnswerGrader.Same(left, right, _mode);

    /// <summary>The stable id of a question that its file gives none.</summary>
    internal static string IdOf(string question) => $"{new Seed(0).Of("json-lines-id").Of(Normalize(question)).Value:x16}";

    private static Split SplitOf(string question) => (new Seed(0).Of("json-lines-split").Of(question).Value % 100) switch
    {
        < DevelopmentPercent => Split.Development,
        < DevelopmentPercent + TrainingPercent => Split.Training,
        _ => Split.Evaluation,
    };

    /// <summary>Blanks and case do not make another question.</summary>
    private static string Normalize(string question) =>
        string.Join(' ', question.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    private List<Problem> Of(Split split)
    {
        if (!_problems.TryGetValue(split, out var problems)) _problems[split] = problems = [];
        return problems;
    }
}
