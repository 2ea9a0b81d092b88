using System.Text.RegularExpressions;

namespace MultiagentFT.Remote.Generation;

/// <summary>
/// Control tokens of well-known chat templates. Which of them a remote model has is not known, and some endpoints read them out of messages, where they
/// would end a turn or begin one: messages may spell none.
/// </summary>
internal static partial class ControlTokens
{
    /// <summary>The first one that a text spells; null when there is none.</summary>
    public static string? Find(string text) => Any().Match(text) is { Success: true } match ? match.Value : null;

    [GeneratedRegex(@"<\|[^|<>\s]{1,64}\|>|<｜[^｜<>\s]{1,64}｜>|<(start|end)_of_turn>|</s>|\[/?INST\]|<</?SYS>>", RegexOptions.CultureInvariant)]
    private static partial Regex Any();
}
