using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>Finds a task by the name in a configuration.</summary>
public static class TaskCatalog
{
    public const string Arithmetic = "arithmetic";

    /// <summary>The files of problems that are read, for help and messages.</summary>
    public static string Files { get; } = "a " + string.Join(", ", FileTask.Endings.SkipLast(1)) + " or " + FileTask.Endings[^1] + " file of problems";

    /// <param name="nameOrPath"><c>arithmetic</c>, or the path of a file of problems.</param>
    /// <param name="mode">Which rules decide whether two answers are equal.</param>
    /// <param name="options">Which problems of a file are taken.</param>
    /// <exception cref="InputException">There is no such task, or its file is not one of problems.</exception>
    public static IDebateTask Open(string nameOrPath, GradingMode mode = GradingMode.Default, TaskFileOptions? options = null)
    {
        if (nameOrPath == Arithmetic)
        {
            return options is null or { IsDefault: true }
                ? new ArithmeticTask(mode)
                : throw new InputException("task", null, "a file of problems, as fields, levels and subjects are given", nameOrPath);
        }
        if (IsFile(nameOrPath)) return FileTask.Open(nameOrPath, mode, options);
        throw new InputException("task", null, $"{Arithmetic} or the path of {Files}", nameOrPath);
    }

    /// <summary>Whether a name ends as files of problems do.</summary>
    public static bool IsFile(string name) => FileTask.Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
