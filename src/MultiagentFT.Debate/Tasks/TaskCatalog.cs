using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>Finds a task by the name in a configuration.</summary>
public static class TaskCatalog
{
    public const string Arithmetic = "arithmetic";

    /// <param name="nameOrPath"><c>arithmetic</c>, or the path of a .jsonl file of problems.</param>
    /// <param name="mode">Which rules decide whether two answers are equal.</param>
    /// <exception cref="InputException">There is no such task, or its file is not one of problems.</exception>
    public static IDebateTask Open(string nameOrPath, GradingMode mode = GradingMode.Default)
    {
        if (nameOrPath == Arithmetic) return new ArithmeticTask(mode);
        if (nameOrPath.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)) return JsonLinesTask.Open(nameOrPath, mode);
        throw new InputException("task", null, $"{Arithmetic} or the path of a .jsonl file of problems", nameOrPath);
    }
}
