using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>
/// Problems from a file, as GSM8K (question, answer), MATH (problem, solution) and their kin write them.
/// A fixed hash of the question decides its split, so the splits are disjoint whatever the seeds and however often
/// the file repeats a question: 10 % development, 45 % training, 45 % evaluation, nothing for pretraining. Where the rows have choices, as those of MMLU and ARC do, answers are letters.
/// </summary>
public sealed class FileTask : IDebateTask
{
    private const int DevelopmentPercent = 10;
    private const int TrainingPercent = 45;
    private const int MostNamed = 5;

    private readonly Dictionary<Split, List<Problem>> _problems = [];
    private readonly List<string> _repeated = [];
    private readonly List<InputException> _bad = [];
    private readonly GradingMode _mode;
    private bool? _hasChoices;

    private FileTask(string path, GradingMode mode) => (Name, _mode) = (path, mode);

    /// <summary>The endings of files that are read.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".jsonl", ".csv", ".parquet"];

    /// <summary>The path of the file.</summary>
    public string Name { get; }

    /// <inheritdoc />
    public IReadOnlyList<string> Notes =>
    [
        .. _repeated.Count == 0 ? (string[])[] : [$"{Name}: {_repeated.Count} rows repeat a question and its answer and are left out ({Some(_repeated)})"],
        .. _bad.Count == 0 ? (string[])[] : [$"{Name}: {_bad.Count} bad {(_bad.Count == 1 ? "row is" : "rows are")} left out ({Some([.. _bad.Select(error => error.Place ?? "")])}), the first as {_bad[0].Message}"],
    ];

    /// <summary>Reads and checks the whole file; a question that is there more than once with equal answers counts once.</summary>
    /// <exception cref="InputException">
    /// The file is missing or empty, a row is no problem, or one contradicts another (file and rows named).
    /// </exception>
    public static FileTask Open(string path, GradingMode mode = GradingMode.Default, TaskFileOptions? options = null)
    {
        options ??= new TaskFileOptions();
        var task = new FileTask(path, mode);
        var questions = new Dictionary<string, (Problem Problem, string Place)>(StringComparer.Ordinal);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var filter = new RowFilter(path, options);
        Action<InputException>? skipped = options.SkipBadRows ? task._bad.Add : null;
        foreach (var row in Rows(path, skipped))
        {
            Problem problem;
            try
            {
                if (!filter.Takes(row)) continue;
                problem = task.Read(row, options);
            }
            catch (InputException error) when (skipped is not null)
            {
                skipped(error);
                continue;
            }
            var question = Normalize(problem.Question);
            if (!questions.TryAdd(question, (problem, row.Place)))
            {
                task.Merge(questions[question].Problem, questions[question].Place, problem, row);
                continue;
            }
            if (!ids.TryAdd(problem.Id, row.Place)) throw row.Wrong("id", $"an id of its own ({ids[problem.Id]} has it)", problem.Id);
            task.Of(SplitOf(question)).Add(problem);
        }
        filter.RequireAll();
        if (questions.Count == 0) throw new InputException(path, null, "problems, one a row", task._bad.Count == 0 ? "none" : $"{task._bad.Count} bad, the first as {task._bad[0].Message}");
        return task;
    }

    /// <inheritdoc />
    public IReadOnlyList<Problem> Draw(Split split, int count, Seed seed)
    {
        Problem[] pool = [.. Pool(split)];
        if (count > pool.Length)
            throw new InputException(Name, $"split {split}", $"{count} problems", $"{pool.Length} of {Available(Split.All)}");
        seed.Of("json-lines").Of(split.ToString()).Generator().Shuffle<Problem>(pool);
        return pool[..count];
    }

    /// <inheritdoc />
    public int? Available(Split split) => Pool(split).Count();

    public GradingMode? Grading => _mode;

    public bool HasChoices => _hasChoices == true;

    public string? Extract(string reply) => ChoiceAnswer.Last(reply, HasChoices);

    public bool Same(string left, string right) => AnswerGrader.Same(left, right, _mode);

    /// <summary>The stable id of a question that its file gives none.</summary>
    internal static string IdOf(string question) => $"{new Seed(0).Of("json-lines-id").Of(Normalize(question)).Value:x16}";

    private static IEnumerable<TaskRow> Rows(string path, Action<InputException>? skipped)
    {
        if (!File.Exists(path)) throw new InputException(path, null, "a file of problems", "no such file");
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => CsvRows.Read(path, skipped),
            ".parquet" => ParquetRows.Read(path),
            _ => JsonRows.Read(path, skipped),
        };
    }

    private static string Some(IReadOnlyList<string> places) => string.Join(", ", places.Take(MostNamed)) + (places.Count > MostNamed ? ", ..." : "");

    /// <exception cref="InputException">It is no problem, or has choices where those before have none, or the reverse.</exception>
    private Problem Read(TaskRow row, TaskFileOptions options)
    {
        var choices = RowChoices.Of(row);
        if (_hasChoices is { } before && before != choices is not null)
            throw row.Wrong("choices", before ? "some, as the rows before have them" : "none, as the rows before have none", choices is null ? "none" : "some");
        var problem = RowProblem.Read(row, choices, options);
        _hasChoices = choices is not null;
        return problem;
    }

    private void Merge(Problem first, string place, Problem again, TaskRow row)
    {
        if (first.Answer is { } left && again.Answer is { } right && !Same(left, right))
            throw row.Wrong("answer", $"that of {place}, which asks the same ({left})", right);
        if ((first.Answer is null) != (again.Answer is null))
            throw row.Wrong("answer", $"as in {place}, which asks the same ({first.Answer ?? "none"})", again.Answer ?? "none");
        _repeated.Add($"{row.Place} as {place}");
    }

    /// <summary>Case does not make another split: what differs in it alone is never trained on and evaluated both.</summary>
    private static Split SplitOf(string question) =>
        (new Seed(0).Of("json-lines-split").Of(question.ToLowerInvariant()).Value % 100) switch
        {
            < DevelopmentPercent => Split.Development,
            < DevelopmentPercent + TrainingPercent => Split.Training,
            _ => Split.Evaluation,
        };

    /// <summary>Blanks do not make another question; case does, in formulas.</summary>
    private static string Normalize(string question) => string.Join(' ', question.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IEnumerable<Problem> Pool(Split split) =>
        split == Split.All ? _problems.OrderBy(part => part.Key).SelectMany(part => part.Value) : Of(split);

    private List<Problem> Of(Split split)
    {
        if (!_problems.TryGetValue(split, out var problems)) _problems[split] = problems = [];
        return problems;
    }
}
