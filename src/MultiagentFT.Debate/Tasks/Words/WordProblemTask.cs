using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Debate.Tasks.Words;

/// <summary>Generated word problems in sentences of a small grammar, with whole-number answers below 1000.</summary>
public sealed class WordProblemTask(GradingMode mode = GradingMode.Default)
    : GeneratedTask<WordProblem>(TaskCatalog.WordProblems, mode, WordProblem.Draw);
