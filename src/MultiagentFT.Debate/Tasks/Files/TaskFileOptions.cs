namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>Which problems of a file are taken, and where they stand in a row.</summary>
public sealed record TaskFileOptions
{
    /// <summary>Key or column of the question. Default empty: question or problem.</summary>
    public string QuestionField { get; init; } = "";

    /// <summary>Key or column of the answer. Default empty: answer, or the last box of solution.</summary>
    public string AnswerField { get; init; } = "";

    /// <summary>Only problems of these levels, such as <c>5</c> for MATH's <c>Level 5</c>. Default empty: all.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    /// <summary>Only problems of these subjects (subject or type in MATH). Default empty: all.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Whether rows that are no problems are left out and counted. Default false: the first one is an error. Rows that contradict each other are one in any case.</summary>
    public bool SkipBadRows { get; init; }

    /// <summary>Whether rows are read as they usually are, and all of them.</summary>
    internal bool IsDefault => QuestionField.Length == 0 && AnswerField.Length == 0 && Levels.Count == 0 && Subjects.Count == 0 && !SkipBadRows;
}
