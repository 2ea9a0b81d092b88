using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Prompts;

/// <summary>
/// The texts around a debate. Serving, pretraining and finetuning use the same instance, so a model never meets wording
/// that it was not trained with. Placeholders: <c>{question}</c>, <c>{answers}</c>, <c>{summary}</c>, <c>{id}</c>.
/// </summary>
public sealed partial record PromptSet
{
    private static readonly string[] Placeholders = ["question", "answers", "summary", "id"];

    /// <summary>The system turn before every conversation, word by word. Default empty: none, and the chat template may write its own.</summary>
    public string System { get; init; } = "";

    /// <summary>
    /// Example turns before every first prompt to an agent (few-shot), a user's and an assistant's by turns, word by word; training never has them as targets.
    /// Default none.
    /// </summary>
    public IReadOnlyList<ChatMessage> FewShot { get; init; } = [];

    /// <summary>The first turn to every agent.</summary>
    public string Solve { get; init; } = "{question} Work step by step and end with \\boxed{answer}.";

    /// <summary>Asks the base model to summarize the other agents' answers.</summary>
    public string Summarize { get; init; } = "{question} Agents answered:\n{answers}\nSummarize their steps and results.";

    /// <summary>The later turns to every agent, with a summary.</summary>
    public string Revise { get; init; } =
        "Other agents answered:\n{summary}\nThey may be wrong. Check your steps against theirs, then answer again and end with \\boxed{answer}.";

    /// <summary>In place of <see cref="Revise"/> in debates whose agents work together instead of checking each other (paper, appendix D).</summary>
    public string Cooperate { get; init; } =
        "Other agents answered:\n{summary}\nWork together: join what is right in their steps with yours, then answer again and end with \\boxed{answer}.";

    /// <summary>
    /// Stands before every prompt to an agent, and a blank behind it, in debates whose agents are told apart by an id instead of by finetuning (paper, appendix E.2).
    /// </summary>
    public string Identify { get; init; } = "You are agent {id}.";

    /// <summary>What comes before the first prompt to an agent.</summary>
    [JsonIgnore]
    public IReadOnlyList<ChatMessage> Beginning => [.. SystemTurn, .. FewShot];

    /// <summary>What comes before a request for a summary, to which examples of answers would be no example.</summary>
    [JsonIgnore]
    public IReadOnlyList<ChatMessage> SystemTurn => System.Length == 0 ? [] : [ChatMessage.System(System)];

    /// <summary>The same with the example turns of a file, whose system turn, where it has one, becomes <see cref="System"/>.</summary>
    /// <exception cref="InputException">The file is not one of example turns, or has another system turn than is given already.</exception>
    public PromptSet WithFewShot(string path)
    {
        var turns = FewShotFile.Read(path);
        if (turns[0].Role != ChatMessage.SystemRole) return this with { FewShot = turns };
        if (System.Length > 0 && System != turns[0].Content)
            throw new InputException(path, null, "no system turn, as another one is given already (prompts.system)", "one");
        return this with { System = turns[0].Content, FewShot = [.. turns.Skip(1)] };
    }

    public ChatMessage SolveMessage(string question) => ChatMessage.User(Fill(Solve, ("question", question)));

    public ChatMessage SummarizeMessage(string question, IReadOnlyList<string> answers) =>
        ChatMessage.User(Fill(Summarize, ("question", question), ("answers", Join(answers))));

    /// <param name="summary">The summary, or the answers themselves joined by <see cref="Join"/> when there is none.</param>
    public ChatMessage ReviseMessage(string summary) => ChatMessage.User(Fill(Revise, ("summary", summary)));

    /// <summary>The same prompt, to the agent of an id.</summary>
    public ChatMessage Identified(int id, ChatMessage prompt) =>
        prompt with { Content = $"{Fill(Identify, ("id", id.ToString(CultureInfo.InvariantCulture)))} {prompt.Content}" };

    /// <summary>Answers one a line, numbered from 1.</summary>
    public static string Join(IReadOnlyList<string> answers) =>
        string.Join('\n', answers.Select((answer, index) => $"({index + 1}) {answer.ReplaceLineEndings(" ").Trim()}"));

    /// <summary>All that is wrong with the texts, one sentence each.</summary>
    public IEnumerable<string> Validate() =>
        Wrong("solve", Solve, needs: "question", others: []).Concat(Wrong("summarize", Summarize, needs: "answers", others: ["question"]))
            .Concat(Wrong("revise", Revise, needs: "summary", others: [])).Concat(Wrong("cooperate", Cooperate, needs: "summary", others: []))
            .Concat(Wrong("identify", Identify, needs: "id", others: []))
            .Concat(FewShotTurns.Errors(FewShot).Select(error => $"prompts.fewShot{(error.Turn is { } turn ? $"[{turn}]" : "")}{error.Key}: expected {error.Expected}, found {error.Found}"));

    private static IEnumerable<string> Wrong(string key, string text, string needs, string[] others)
    {
        if (!text.Contains($"{{{needs}}}", StringComparison.Ordinal)) yield return $"prompts.{key}: expected the placeholder {{{needs}}}";
        foreach (var name in Placeholders.Except([needs, .. others]))
        {
            if (text.Contains($"{{{name}}}", StringComparison.Ordinal))
                yield return $"prompts.{key}: expected {string.Join(" and ", others.Append(needs).Select(known => $"{{{known}}}"))} alone, found {{{name}}}";
        }
    }

    /// <summary>Replaces placeholders in one pass, so that what is filled in may hold their names.</summary>
    private static string Fill(string text, params (string Name, string Value)[] values) => Placeholder().Replace(text, match =>
    {
        var at = Array.FindIndex(values, value => value.Name == match.Groups[1].Value);
        return at < 0 ? match.Value : values[at].Value;
    });

    [GeneratedRegex(@"\{(question|answers|summary|id)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
