using MultiagentFT.Debate.Tasks.Files;

namespace MultiagentFT.Cli.Options;

/// <summary>How a file of problems is read, as options.</summary>
internal static class TaskFileSettings
{
    public static Settings<TaskFileOptions> Create() => new Settings<TaskFileOptions>(new TaskFileOptions())
        .Text("--question-field", "Key or column of the question [default: question or problem]", "name",
            file => file.QuestionField, (file, value) => file with { QuestionField = value })
        .Text("--answer-field", "Key or column of the answer [default: answer, or the box of solution]", "name",
            file => file.AnswerField, (file, value) => file with { AnswerField = value })
        .Texts("--level", "Only problems of these levels, such as 5 of MATH", "level", file => file.Levels, (file, value) => file with { Levels = value })
        .Texts("--subject", "Only problems of these subjects (subject or type)", "subject",
            file => file.Subjects, (file, value) => file with { Subjects = value })
        .Flag("--skip-bad-rows", "Rows that are no problems are left out and counted, not an error", file => file with { SkipBadRows = true });
}
