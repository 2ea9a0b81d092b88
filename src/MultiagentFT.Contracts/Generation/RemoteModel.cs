namespace MultiagentFT.Contracts.Generation;

/// <summary>Models that an OpenAI-compatible endpoint serves, where a path of a GGUF file may stand too: <c>openai:gpt-4.1-mini</c>.</summary>
public static class RemoteModel
{
    public const string Prefix = "openai:";

    private const int LongestName = 256;

    public static bool IsRemote(string model) => model.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The endpoint's own name of a model, such as <c>gpt-4.1-mini</c>.</summary>
    /// <param name="model">With the prefix.</param>
    public static string NameOf(string model) => model[Prefix.Length..];

    /// <summary>Whether an endpoint's name can be one: 1 to 256 printable ASCII characters without blanks.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(letter => letter is > ' ' and <= '~');
}
