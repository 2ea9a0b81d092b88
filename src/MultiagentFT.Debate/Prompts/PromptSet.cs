using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Debate.Prompts;

/// <summary>
/// The texts around a debate. Serving, pretraining and finetuning use the same instance, so a model never meets wording
/// that it was not trained with. Placeholders: <c>{question}</c>, <c>{answers}</c>, <c>{summary}</c>.
/// </summary>
public sealed record PromptSet
{
    /// <summary>The first turn to every agent.</summary>
    public string Solve { get; init; } = "{question} Work step by step and end with \\boxed{answer}.";

    /// <summary>Asks the base model to summarize the other agents' answers.</summary>
    public string Summarize { get; init; } = "{question} Agents answered:\n{answers}\nSummarize their steps and results.";

    /// <summary>The later turns to every agent, with a summary.</summary>
    public string Revise { get; init; } =
        "Other agents answered:\n{summary}\nThey may be wrong. Check your steps against theirs, then answer again and end with \\boxed{answer}.";

    public ChatMessage SolveMessage(string question) => ChatMessage.User(Solve.Replace("{question}", question, StringComparison.Ordinal));

    public ChatMessage SummarizeMessage(string question, IReadOnlyList<string> answers) => ChatMessage.User(
        Summarize.Replace("{question}", question, StringComparison.Ordinal)
            .Replace("{answers}", Join(answers), StringComparison.Ordinal));

    /// <param name="summary">The summary, or the answers themselves joined by <see cref="Join"/> when there is none.</param>
    public ChatMessage ReviseMessage(string summary) => ChatMessage.User(Revise.Replace("{summary}", summary, StringComparison.Ordinal));

    /// <summary>Answers one a line, numbered from 1.</summary>
    public static string Join(IReadOnlyList<string> answers) =>
        string.Join('\n', answers.Select((answer, index) => $"({index + 1}) {answer.ReplaceLineEndings(" ").Trim()}"));

    /// <summary>All that is wrong with the texts, one sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Solve.Contains("{question}", StringComparison.Ordinal)) yield return "prompts.solve: expected the placeholder {question}";
        if (!Summarize.Contains("{answers}", StringComparison.Ordinal)) yield return "prompts.summarize: expected the placeholder {answers}";
        if (!Revise.Contains("{summary}", StringComparison.Ordinal)) yield return "prompts.revise: expected the placeholder {summary}";
    }
}
