using MultiagentFT.Cli.Setup;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Setup;

public sealed class TaskFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>PRM800K's rules take a number with words for another answer; mathematics does not.</summary>
    [Theory]
    [InlineData(GradingMode.Default, true)]
    [InlineData(GradingMode.Strict, false)]
    public void The_task_of_a_command_grades_as_its_configuration_says(GradingMode mode, bool isSame)
    {
        File.WriteAllText(_folder.File("eggs.jsonl"), """{"question":"How many eggs are left?","answer":"18"}""");
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, Stream.Null);

        var task = TaskFile.Open(terminal, new RunConfig { Model = "m.gguf", Task = _folder.File("eggs.jsonl"), Grading = mode });

        Assert.Equal(isSame, task.Same("18 eggs", "18"));
    }
}
