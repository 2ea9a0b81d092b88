using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Runs.Feedback;

/// <summary>What a person thinks of answers: a line of a feedback file.</summary>
/// <param name="Format">Version of the format, <see cref="Foundation.FileFormat.Current"/>.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who: 1 to 64 characters.</param>
/// <param name="Prompt">What was answered.</param>
public abstract record Judgment(int Format, DateTimeOffset At, string By, IReadOnlyList<ChatMessage> Prompt)
{
    /// <summary>Characters of <see cref="By"/>, at most.</summary>
    public const int MostNameCharacters = 64;

    /// <summary>The same for every judgment on the same answers, whichever way it goes.</summary>
    internal abstract string Item { get; }

    /// <summary>Whether it favours the answer that comes first by ordinal order, or the only one.</summary>
    internal abstract bool Verdict { get; }

    /// <summary>Whether the debate's vote would have judged alike; null where the vote does not say.</summary>
    internal abstract bool? AgreesWithVote { get; }

    private protected static string ItemOf(IReadOnlyList<ChatMessage> prompt, params ReadOnlySpan<string> answers) =>
        string.Join('\0', [.. prompt.Select(message => message.Content), "", .. answers]);
}
