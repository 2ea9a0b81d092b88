using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Setup;

/// <summary>Opens the task of a command and says what is to be said about its problems.</summary>
internal static class TaskFile
{
    /// <exception cref="Foundation.InputException">There is no such task, or its file is not one of problems.</exception>
    public static IDebateTask Open(Terminal terminal, AnsweringConfig config)
    {
        var task = config.OpenTask();
        foreach (var note in task.Notes) terminal.Error.WriteLine(note);
        return task;
    }
}
