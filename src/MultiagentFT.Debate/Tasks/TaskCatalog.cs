using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Debate.Tasks.Symbolic;
using MultiagentFT.Debate.Tasks.Words;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>Finds a task by the name in a configuration.</summary>
public static class TaskCatalog
{
    public const string Arithmetic = "arithmetic";
    public const string WordProblems = "word-problems";
    public const string Symbolic = "symbolic";

    /// <summary>Names of the families whose problems are made as they are drawn.</summary>
    public static IReadOnlyList<string> Generated { get; } = [Arithmetic, WordProblems, Symbolic];

    /// <summary>The files of problems that are read, for help and messages.</summary>
    public static string Files { get; } = "a " + string.Join(", ", FileTask.Endings.SkipLast(1)) + " or " + FileTask.Endings[^1] + " file of problems";

    /// <param name="nameOrPath">One of <see cref="Generated"/>, or the path of a file of problems.</param>
    /// <param name="mode">Which rules decide whether two answers are equal.</param>
    /// <param name="options">Which problems of a file are taken.</param>
    /// <exception cref="InputException">There is no such task, or its file is not one of problems.</exception>
    public static IDebateTask Open(string nameOrPath, GradingMode mode = GradingMode.Default, TaskFileOptions? options = null)
    {
        if (IsFile(nameOrPath)) return FileTask.Open(nameOrPath, mode, options);
        if (IsGenerated(nameOrPath) && options is not (null or { IsDefault: true }))
            throw new InputException("task", null, $"a file of problems, as {(options.SkipBadRows ? "bad rows are to be left out" : "fields, levels and subjects are given")}", nameOrPath);
        return nameOrPath switch
        {
            Arithmetic => new ArithmeticTask(mode),
            WordProblems => new WordProblemTask(mode),
            Symbolic => new SymbolicTask(mode),
            _ => throw new InputException("task", null, $"{string.Join(", ", Generated)} or the path of {Files}", nameOrPath + ClosestName.Hint(nameOrPath, Generated)),
        };
    }

    /// <summary>Whether a name is that of a family whose problems are made as they are drawn.</summary>
    public static bool IsGenerated(string name) => Generated.Contains(name);

    /// <summary>Whether a name ends as files of problems do.</summary>
    public static bool IsFile(string name) => FileTask.Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
