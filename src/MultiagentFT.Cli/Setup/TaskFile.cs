using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Setup;

/// <summary>Opens the task of a command and says what is to be said about its problems.</summary>
internal static class TaskFile
{
    /// <exception cref="InputException">There is no such task, or its file is not one of problems.</exception>
    public static IDebateTask Open(Terminal terminal, AnsweringConfig config)
    {
        if (config.Task == StandardStream.Name)
            throw new InputException("--task", null, "a file, as the same command continues from its results", StandardStream.Input);
        var task = config.OpenTask();
        foreach (var note in task.Notes) terminal.Error.WriteLine(note);
        return task;
    }

    /// <summary>Standard input as a file, where it is the task of a command that continues nothing; else null.</summary>
    public static SpooledInput? Spool(Terminal terminal, AnsweringConfig config, bool continues) =>
        config.Task == StandardStream.Name && !continues ? StandardStream.Spool(terminal) : null;
}
