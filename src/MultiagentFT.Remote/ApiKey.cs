using MultiagentFT.Foundation;

namespace MultiagentFT.Remote;

/// <summary>A secret that is sent to one endpoint and shown to nobody: every text that comes from there is searched for it.</summary>
public sealed class ApiKey
{
    /// <summary>The environment variable that holds it where no file is given.</summary>
    public const string Variable = "OPENAI_API_KEY";

    /// <summary>What stands in its place.</summary>
    public const string Hidden = "[API key]";

    /// <summary>Shorter ones are placeholders such as <c>EMPTY</c> for endpoints that ask for none; nobody looks for them in texts.</summary>
    private const int ShortestSecret = 8;

    private const int Longest = 4096;

    private readonly string _value;

    private ApiKey(string value) => _value = value;

    /// <summary>From <see cref="Variable"/>; null where it is empty.</summary>
    /// <exception cref="InputException">It cannot be one.</exception>
    public static ApiKey? OfEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? Of(value, Variable) : null;

    /// <summary>A file that holds nothing else, but for white space around it.</summary>
    /// <exception cref="InputException">The file cannot be read, or holds something else.</exception>
    public static ApiKey OfFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var buffer = new byte[Longest + 256];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return Of(System.Text.Encoding.UTF8.GetString(buffer, 0, length).Trim('\uFEFF', ' ', '\t', '\r', '\n'), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file with an API key", error.Message, error);
        }
    }

    /// <param name="value">The key.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="InputException">It cannot be one; the message does not show it.</exception>
    public static ApiKey Of(string value, string source) =>
        value.Length is > 0 and <= Longest && value.All(letter => letter is > ' ' and <= '~' and not ('"' or '\\'))
            ? new ApiKey(value)
            : throw new InputException(source, null, $"an API key: 1 to {Longest} printable ASCII characters without blanks and quotes", "something else");

    /// <summary>For the header of a request, and nothing else.</summary>
    internal string Reveal() => _value;

    /// <summary>A text from the endpoint without the key.</summary>
    internal string Redact(string text) =>
        _value.Length < ShortestSecret ? text : text.Replace(_value, Hidden, StringComparison.Ordinal);

    /// <summary>How many characters at the end of a text may be the key's beginning.</summary>
    internal int BeginningAtEnd(string text)
    {
        if (_value.Length < ShortestSecret) return 0;
        for (var length = Math.Min(text.Length, _value.Length - 1); length > 0; length--)
            if (text.EndsWith(_value.AsSpan(0, length).ToString(), StringComparison.Ordinal)) return length;
        return 0;
    }

    public override string ToString() => Hidden;
}
